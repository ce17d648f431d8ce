import { fluxKinds, KindInfo } from '@backstage-flux/plugin-flux-common';

/** One watch of a cluster: a kind, and which of its objects. */
export interface PlannedWatch {
  kind: KindInfo;
  labelSelector?: string;
}

const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/name';
const HELM = 'helm.toolkit.fluxcd.io/name';

// Either label is enough, selectors know no "or", and no object is to be told of twice
const APPLIED_BY_FLUX = [KUSTOMIZE, `${HELM},!${KUSTOMIZE}`];
const NOT_APPLIED_BY_FLUX = `!${KUSTOMIZE},!${HELM}`;

/** Made by controllers of workloads, in most cases. */
const isInstance = ({ kind }: KindInfo) =>
  ['ReplicaSet', 'Pod', 'Job'].includes(kind);

const isDelivered = ({ category }: KindInfo) =>
  category === 'workload' || category === 'network';

/** What is watched of a whole cluster: Flux's objects, canaries, and what Flux applied. */
export const clusterPlan: PlannedWatch[] = [
  ...fluxKinds
    .filter(kind => kind.flux || kind.category === 'delivery')
    .map(kind => ({ kind })),
  ...fluxKinds
    .filter(kind => isDelivered(kind))
    .filter(({ kind }) => kind !== 'ReplicaSet' && kind !== 'Pod')
    .flatMap(kind =>
      APPLIED_BY_FLUX.map(labelSelector => ({ kind, labelSelector })),
    ),
];

const notByFlux = (kind: KindInfo) => ({
  kind,
  labelSelector: NOT_APPLIED_BY_FLUX,
});

/** What is watched of a namespace where somebody looks: what workloads of Flux have made. */
export const namespacePlan: PlannedWatch[] = fluxKinds
  .filter(isInstance)
  // Jobs of Flux are watched already
  .map(kind => (kind.kind === 'Job' ? notByFlux(kind) : { kind }));

/** What is watched besides where Flagger is at work, which makes workloads and routes of its own. */
export const canaryNamespacePlan: PlannedWatch[] = fluxKinds
  .filter(kind => isDelivered(kind) && !isInstance(kind))
  .map(notByFlux);
