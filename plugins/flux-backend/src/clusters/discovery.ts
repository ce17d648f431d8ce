import { z } from 'zod';

/** A kind as one cluster serves it. */
export interface ServedKind {
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
}

/** Asks an API server for JSON. */
export type GetJson = (
  path: string,
  options: { headers?: Record<string, string>; signal?: AbortSignal },
) => Promise<unknown>;

const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

const aggregatedSchema = z.object({
  kind: z.literal('APIGroupDiscoveryList'),
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string().optional() }),
      versions: z.array(
        z.object({
          version: z.string(),
          resources: z
            .array(
              z.object({
                resource: z.string(),
                responseKind: z.object({ kind: z.string() }).nullish(),
                scope: z.string(),
              }),
            )
            .nullish(),
        }),
      ),
    }),
  ),
});

const groupsSchema = z.object({
  kind: z.literal('APIGroupList'),
  groups: z.array(
    z.object({
      name: z.string(),
      versions: z.array(z.object({ version: z.string() })),
      preferredVersion: z.object({ version: z.string() }).optional(),
    }),
  ),
});

const resourcesSchema = z.object({
  resources: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      namespaced: z.boolean(),
    }),
  ),
});

/**
 * Which kinds a cluster serves, in the version that it prefers. Asks for all groups in one answer and
 * falls back to one request a group and version where the API server is too old for that.
 */
export async function discoverKinds(
  getJson: GetJson,
  groups: string[],
  signal?: AbortSignal,
): Promise<ServedKind[]> {
  const answer = await getJson('/apis', {
    headers: { Accept: `${AGGREGATED}, application/json` },
    signal,
  });
  const aggregated = aggregatedSchema.safeParse(answer);
  const served = aggregated.success
    ? kindsOfAggregated(aggregated.data).filter(k => groups.includes(k.group))
    : await kindsByGroup(getJson, groupsSchema.parse(answer), groups, signal);
  const core = groups.includes('')
    ? await kindsOfVersion(getJson, '', 'v1', signal)
    : [];
  return firstOfEach([...served, ...core]);
}

function kindsOfAggregated(
  list: z.infer<typeof aggregatedSchema>,
): ServedKind[] {
  return list.items.flatMap(group =>
    group.versions.flatMap(({ version, resources }) =>
      (resources ?? []).flatMap(({ resource, responseKind, scope }) =>
        responseKind
          ? {
              group: group.metadata.name ?? '',
              version,
              kind: responseKind.kind,
              plural: resource,
              namespaced: scope === 'Namespaced',
            }
          : [],
      ),
    ),
  );
}

async function kindsByGroup(
  getJson: GetJson,
  list: z.infer<typeof groupsSchema>,
  groups: string[],
  signal?: AbortSignal,
): Promise<ServedKind[]> {
  const wanted = list.groups
    .filter(group => groups.includes(group.name))
    .flatMap(group => {
      const preferred = group.preferredVersion?.version;
      const versions = group.versions.map(v => v.version);
      return [...new Set([...(preferred ? [preferred] : []), ...versions])].map(
        version => ({ group: group.name, version }),
      );
    });
  const found = await Promise.all(
    wanted.map(({ group, version }) =>
      kindsOfVersion(getJson, group, version, signal),
    ),
  );
  return found.flat();
}

async function kindsOfVersion(
  getJson: GetJson,
  group: string,
  version: string,
  signal?: AbortSignal,
): Promise<ServedKind[]> {
  const path = group ? `/apis/${group}/${version}` : `/api/${version}`;
  const { resources } = resourcesSchema.parse(await getJson(path, { signal }));
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced }) => ({
      group,
      version,
      kind,
      plural: name,
      namespaced,
    }));
}

/** Versions come in the order in which the cluster prefers them. */
function firstOfEach(kinds: ServedKind[]): ServedKind[] {
  const byKind = new Map<string, ServedKind>();
  for (const served of kinds) {
    const key = `${served.group}/${served.kind}`;
    if (!byKind.has(key)) {
      byKind.set(key, served);
    }
  }
  return [...byKind.values()];
}
