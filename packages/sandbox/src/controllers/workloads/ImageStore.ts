export interface PulledImage {
  /** The reference by digest, as a container status gives it. */
  id: string;
  /** Whether the image says of itself that its container fails. */
  crashes: boolean;
}

/** Why an image cannot be pulled, in the words of a container runtime. */
export class PullError extends Error {
  constructor(code: string, image: string, why: string) {
    super(
      `rpc error: code = ${code} desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${why}`,
    );
    this.name = 'PullError';
  }
}

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const CRASH_LABEL = 'sandbox.crash';

function parseReference(image: string) {
  const slash = image.indexOf('/');
  const host = slash < 0 ? '' : image.slice(0, slash);
  const [path, digest] = image.slice(slash + 1).split('@');
  const match = /^(.*?)(?::([^:/]+))?$/.exec(path)!;
  return {
    host,
    repository: match[1],
    reference: digest ?? match[2] ?? 'latest',
  };
}

/**
 * Looks up images of registries on loopback for real; those of others are taken as present, since nothing
 * may leave the machine.
 */
export class ImageStore {
  async pull(image: string, signal: AbortSignal): Promise<PulledImage> {
    const { host, repository, reference } = parseReference(image);
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) {
      return { id: image, crashes: false };
    }
    const base = `http://${host}/v2/${repository}`;
    const get = async (path: string) => {
      const url = `${base}/${path}`;
      try {
        return await fetch(url, { headers: { accept: MANIFESTS }, signal });
      } catch (error: any) {
        signal.throwIfAborted();
        const cause =
          error.cause?.code === 'ECONNREFUSED'
            ? `dial tcp ${host}: connect: connection refused`
            : String(error.cause?.message ?? error.message);
        throw new PullError(
          'Unknown',
          image,
          `failed to do request: Head "${url}": ${cause}`,
        );
      }
    };
    const getJson = async (path: string) => {
      const response = await get(path);
      if (response.status === 404) {
        await response.body?.cancel();
        throw new PullError('NotFound', image, `${image}: not found`);
      }
      if (!response.ok) {
        await response.body?.cancel();
        throw new PullError(
          'Unknown',
          image,
          `unexpected status from HEAD request to ${base}/${path}: ${response.status} ${response.statusText}`,
        );
      }
      return {
        digest: response.headers.get('docker-content-digest') ?? undefined,
        body: (await response.json()) as any,
      };
    };

    const top = await getJson(`manifests/${reference}`);
    const manifest = top.body.manifests?.length
      ? (await getJson(`manifests/${top.body.manifests[0].digest}`)).body
      : top.body;
    const config = manifest.config?.digest
      ? (await getJson(`blobs/${manifest.config.digest}`)).body
      : {};
    return {
      id: top.digest ? `${host}/${repository}@${top.digest}` : image,
      crashes: config?.config?.Labels?.[CRASH_LABEL] === 'true',
    };
  }
}
