import { fluxKinds } from '@backstage-flux/plugin-flux-common';

export interface ServedKind {
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
}

const VERSIONS: Record<string, string> = {
  'helm.toolkit.fluxcd.io': 'v2',
  'source.extensions.fluxcd.io': 'v1beta1',
  autoscaling: 'v2',
};
const NOTIFIERS = new Set(['Alert', 'Provider']);
/** What only clusters with Flagger, Contour or the Gateway API serve. */
const ABSENT = new Set([
  'flagger.app',
  'projectcontour.io',
  'gateway.networking.k8s.io',
]);

/** What an API server with Flux 2.9 serves, as far as the Flux plugins know it. */
export const servedKinds: ServedKind[] = fluxKinds
  .filter(({ group }) => !ABSENT.has(group))
  .map(({ group, kind, plural, namespaced }) => ({
    group,
    version: NOTIFIERS.has(kind) ? 'v1beta3' : VERSIONS[group] ?? 'v1',
    kind,
    plural,
    namespaced,
  }));

/** The answer to `/apis` in the aggregated form. */
export function aggregatedDiscovery() {
  const groups = [...new Set(servedKinds.map(({ group }) => group))];
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.filter(Boolean).map(group => {
      const kinds = servedKinds.filter(kind => kind.group === group);
      const versions = [...new Set(kinds.map(({ version }) => version))];
      return {
        metadata: { name: group, creationTimestamp: null },
        versions: versions.map(version => ({
          version,
          freshness: 'Current',
          resources: kinds
            .filter(kind => kind.version === version)
            .map(({ kind, plural, namespaced }) => ({
              resource: plural,
              responseKind: { group, version, kind },
              scope: namespaced ? 'Namespaced' : 'Cluster',
              singularResource: kind.toLowerCase(),
              verbs: ['get', 'list', 'patch', 'watch'],
            })),
        })),
      };
    }),
  };
}
