import { rcompare, satisfies, valid, validRange } from 'semver';
import type { KubernetesClient } from '../../client';
import { fromYaml } from '../helm/template/goYaml';
import { BuildError } from './packageChart';

/** One version of a chart, as a repository's index has it. */
export interface ChartVersion {
  name: string;
  version: string;
  urls: string[];
  created?: string;
  [field: string]: unknown;
}

/** A chart repository's index. */
export interface ChartIndex {
  apiVersion?: string;
  entries: Record<string, ChartVersion[]>;
}

/** The repository's `basic auth` header, from the secret that the object names. */
export async function repositoryHeaders(
  repository: { spec: any; namespace: string },
  client: KubernetesClient,
): Promise<Record<string, string>> {
  const name = repository.spec.secretRef?.name;
  if (!name) {
    return {};
  }
  const { namespace } = repository;
  const secret = await client.get({
    apiVersion: 'v1',
    kind: 'Secret',
    namespace,
    name,
  });
  if (!secret) {
    throw new Error(
      `failed to get authentication secret '${namespace}/${name}': secrets "${name}" not found`,
    );
  }
  const read = (key: string) =>
    Buffer.from(secret.data?.[key] ?? '', 'base64').toString();
  const basic = Buffer.from(`${read('username')}:${read('password')}`);
  return { authorization: `Basic ${basic.toString('base64')}` };
}

/**
 * What is at an address of a chart repository.
 *
 * @throws when it cannot be reached or refuses, saying what as Helm does.
 */
export async function download(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Buffer> {
  let response: Response;
  try {
    response = await fetch(url, {
      headers,
      signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]),
    });
  } catch (error) {
    const { message, cause } = error as Error & { cause?: any };
    const { host } = new URL(url);
    throw new Error(
      `Get "${url}": ${
        cause?.code === 'ECONNREFUSED'
          ? `dial tcp ${host}: connect: connection refused`
          : cause?.message ?? message
      }`,
    );
  }
  if (!response.ok) {
    throw new Error(
      `failed to fetch ${url} : ${response.status} ${response.statusText}`,
    );
  }
  return Buffer.from(await response.arrayBuffer());
}

/** An index.yaml, checked. */
export function parseIndex(text: string): ChartIndex {
  const index = fromYaml(text) as ChartIndex | null;
  if (!index || typeof index !== 'object' || !index.apiVersion) {
    throw new Error('no API version specified');
  }
  return { ...index, entries: index.entries ?? {} };
}

/** The chart of the index that fits best: the very version, or the newest in the range. */
export function findVersion(
  index: ChartIndex,
  name: string,
  wanted: string,
): ChartVersion {
  const fail = (why: string) =>
    new BuildError(
      'InvalidChartReference',
      `failed to get chart version for remote reference: ${why}`,
    );
  const versions = index.entries[name];
  if (!versions?.length) {
    throw fail(versions ? 'no chart version found' : 'no chart name found');
  }
  const exact = versions.find(({ version }) => version === wanted);
  if (exact) {
    return exact;
  }
  const range = wanted ? wanted.replace(/,/g, ' ') : '*';
  if (!validRange(range)) {
    throw fail(`improper constraint: ${wanted}`);
  }
  const fitting = versions
    .filter(({ version }) => valid(version) && satisfies(version, range))
    .sort(
      (a, b) =>
        rcompare(a.version, b.version) ||
        Date.parse(b.created ?? '') - Date.parse(a.created ?? '') ||
        0,
    );
  if (fitting.length === 0) {
    throw fail(`no '${name}' chart with version matching '${wanted}' found`);
  }
  return fitting[0];
}

/** Where a chart's package is; addresses may be relative to the repository's. */
export function packageUrl(repository: string, chart: ChartVersion): string {
  const [url] = chart.urls ?? [];
  if (!url) {
    throw new BuildError(
      'ChartPullError',
      `failed to download chart for remote reference: chart '${chart.name}' has no downloadable URLs`,
    );
  }
  return new URL(url, repository.endsWith('/') ? repository : `${repository}/`)
    .href;
}
