import type { FluxReconciler } from './lib/controller';

interface UnsupportedKind {
  apiVersion: string;
  kind: string;
  component: string;
  message: string;
}

const SOURCE = 'source.toolkit.fluxcd.io/v1';

const KINDS: UnsupportedKind[] = [
  {
    apiVersion: SOURCE,
    kind: 'OCIRepository',
    component: 'source-controller',
    message: 'The sandbox does not fetch OCI artifacts',
  },
  {
    apiVersion: SOURCE,
    kind: 'Bucket',
    component: 'source-controller',
    message: 'The sandbox does not fetch from buckets',
  },
];

/** The kinds that the sandbox does not play: each object says so itself. */
export function unsupportedReconcilers(): FluxReconciler[] {
  return KINDS.map(({ apiVersion, kind, component, message }) => ({
    type: { apiVersion, kind },
    component,
    reconcile: async object => {
      object.stalled('NotSupported', message);
      await object.patchStatus();
      await object.event('Warning', 'NotSupported', message);
      return undefined;
    },
  }));
}
