import { fluxKinds } from '@backstage-flux/plugin-flux-common';

// Controllers of workloads make these; which of them are known depends on who looked at what
const INSTANCES = ['ReplicaSet', 'Pod'];

/** What is listed unless kinds are asked for: Flux's own, and Canaries. */
export const deliveryKinds: ReadonlySet<string> = new Set(
  fluxKinds
    .filter(kind => kind.flux || kind.category === 'delivery')
    .map(kind => kind.kind),
);

/** What can be listed at all: also what Flux applies. */
export const listedKinds: ReadonlySet<string> = new Set([
  ...deliveryKinds,
  ...fluxKinds
    .filter(kind => ['workload', 'network'].includes(kind.category))
    .map(kind => kind.kind)
    .filter(kind => !INSTANCES.includes(kind)),
]);
