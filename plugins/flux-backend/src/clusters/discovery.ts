import { fluxKinds } from '@backstage-flux/plugin-flux-common';
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
export type GetJson = (path: string, signal?: AbortSignal) => Promise<unknown>;

/** What to accept from `/apis`, so that one answer tells of all groups where the server is able to. */
export const DISCOVERY_ACCEPT =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList, application/json';

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

/** Every API server serves these, whatever it answers; asking for them costs a request more. */
const coreKinds: ServedKind[] = fluxKinds
  .filter(kind => kind.group === '')
  .map(({ group, kind, plural, namespaced }) => ({
    group,
    version: 'v1',
    kind,
    plural,
    namespaced,
  }));

const handledGroups = new Set(
  fluxKinds.map(kind => kind.group).filter(group => group !== ''),
);

/**
 * Which of the handled kinds a cluster serves, in the version that it prefers, from its answer to `/apis`.
 * Asks once more a group and version where the API server is too old to tell all in one answer; `complete`
 * tells whether `/apis` alone shows when a kind comes to them.
 */
export async function servedKinds(
  apis: unknown,
  getJson: GetJson,
  signal?: AbortSignal,
): Promise<{ served: ServedKind[]; complete: boolean }> {
  const aggregated = aggregatedSchema.safeParse(apis);
  const found = aggregated.success
    ? kindsOfAggregated(aggregated.data)
    : await kindsByGroup(getJson, groupsSchema.parse(apis), signal);
  const served = firstOfEach([
    ...found.filter(kind => handledGroups.has(kind.group)),
    ...coreKinds,
  ]);
  return { served, complete: aggregated.success || !lacksKinds(served) };
}

/** Whether kinds of a group are served and others of it, which are handled too, aren't. */
function lacksKinds(served: ServedKind[]): boolean {
  const groups = new Set(served.map(({ group }) => group));
  const names = new Set(served.map(({ group, kind }) => `${group}/${kind}`));
  return fluxKinds.some(
    ({ group, kind }) => groups.has(group) && !names.has(`${group}/${kind}`),
  );
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
  signal?: AbortSignal,
): Promise<ServedKind[]> {
  const wanted = list.groups
    .filter(group => handledGroups.has(group.name))
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
  const path = `/apis/${group}/${version}`;
  const { resources } = resourcesSchema.parse(await getJson(path, signal));
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
