import { fluxKinds, KindInfo } from '@backstage-flux/plugin-flux-common';

/** One read of a cluster: a kind, and which of its objects. */
export interface PlannedRead {
  kind: KindInfo;
  labelSelector?: string;
}

// Either label is enough, and selectors know no "or"
const OWNER_SELECTORS = [
  'kustomize.toolkit.fluxcd.io/name',
  'helm.toolkit.fluxcd.io/name',
];

const workloads = fluxKinds.filter(kind => kind.category === 'workload');
/** Made by controllers of workloads, never by Flux. */
const instances = workloads.filter(kind =>
  ['ReplicaSet', 'Pod'].includes(kind.kind),
);
const delivered = fluxKinds.filter(
  kind => kind.flux || kind.category === 'delivery',
);

/** What is read of a whole cluster. */
export const clusterPlan: PlannedRead[] = [
  ...delivered.map(kind => ({ kind })),
  ...workloads
    .filter(kind => !instances.includes(kind))
    .flatMap(kind =>
      OWNER_SELECTORS.map(labelSelector => ({ kind, labelSelector })),
    ),
];

/** What is read of a namespace. */
export const namespacePlan: PlannedRead[] = fluxKinds
  .filter(kind => ['workload', 'network'].includes(kind.category))
  .map(kind => ({ kind }));
