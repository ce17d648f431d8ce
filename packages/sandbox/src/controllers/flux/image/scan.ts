import { adler32 } from './adler32';

/** A scan that failed; the message is Flux's. */
export class ScanError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ScanError';
  }
}

/** Splits an image into the registry's host and the repository. */
export function parseImage(image: string): {
  host: string;
  repository: string;
} {
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(slash, 0));
  if (/[.:]|^localhost$/.test(first)) {
    return { host: first, repository: image.slice(slash + 1) };
  }
  return {
    host: 'index.docker.io',
    repository: slash < 0 ? `library/${image}` : image,
  };
}

/** The name with the registry that is implied, as Flux writes it. */
export function canonicalName(image: string): string {
  const { host, repository } = parseImage(image);
  return `${host}/${repository}`;
}

function connectionError(
  method: string,
  url: string,
  host: string,
  error: unknown,
): string {
  const cause = (error as { cause?: any }).cause;
  const code = cause?.code ?? cause?.errors?.[0]?.code;
  if ((error as Error).name === 'TimeoutError') {
    return `${method} "${url}": context deadline exceeded`;
  }
  const why =
    code === 'ECONNREFUSED'
      ? `dial tcp ${host}: connect: connection refused`
      : cause?.message ?? (error as Error).message;
  return `${method} "${url}": ${why}`;
}

/**
 * All tags of a repository by the distribution API, page by page.
 *
 * @throws ScanError when the registry cannot be reached or says no.
 */
export async function listTags(
  image: string,
  options: {
    insecure: boolean;
    timeoutMs: number;
    signal: AbortSignal;
    /** The value of an Authorization header. */
    authorization?: string;
  },
): Promise<string[]> {
  const { host, repository } = parseImage(image);
  const base = `${options.insecure ? 'http' : 'https'}://${host}`;
  const signal = AbortSignal.any([
    options.signal,
    AbortSignal.timeout(options.timeoutMs),
  ]);
  const headers: Record<string, string> = options.authorization
    ? { authorization: options.authorization }
    : {};
  try {
    await fetch(`${base}/v2/`, { signal, headers });
  } catch (error) {
    // Flux tries https first where http is allowed, and reports both.
    const schemes = options.insecure ? ['https', 'http'] : ['https'];
    throw new ScanError(
      `scan failed: ${schemes
        .map(scheme =>
          connectionError('Get', `${scheme}://${host}/v2/`, host, error),
        )
        .join('; ')}`,
    );
  }
  const tags: string[] = [];
  let next: string | undefined = `${base}/v2/${repository}/tags/list?n=1000`;
  while (next) {
    const url: string = next;
    let response: Response;
    try {
      response = await fetch(url, { signal, headers });
    } catch (error) {
      throw new ScanError(
        `scan failed: ${connectionError('Get', url, host, error)}`,
      );
    }
    const body: any = await response.json().catch(() => undefined);
    if (!response.ok) {
      const said = body?.errors?.[0];
      const text = said
        ? `${said.code}: ${said.message}`
        : `unexpected status code ${response.status} ${response.statusText}`;
      throw new ScanError(`scan failed: GET ${url}: ${text}`);
    }
    tags.push(...((body?.tags as string[] | null) ?? []));
    const link = /<([^>]+)>;\s*rel="?next"?/.exec(
      response.headers.get('link') ?? '',
    );
    const following: URL | undefined = link ? new URL(link[1], url) : undefined;
    // A registry must not send a scan to somewhere else.
    next = following?.host === new URL(base).host ? following.href : undefined;
  }
  return tags;
}

/** Newest-looking first, as `lastScanResult.latestTags` has them. */
export function sortTags(tags: readonly string[]): string[] {
  return [...tags].sort().reverse();
}

/** `lastScanResult.revision`: Flux's checksum over the sorted tags. */
export function checksumOf(tags: readonly string[]): string {
  return String(adler32(JSON.stringify(sortTags(tags))));
}
