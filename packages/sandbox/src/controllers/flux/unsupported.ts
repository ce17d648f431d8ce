import type { FluxReconciler } from './lib/controller';

interface UnsupportedKind {
  apiVersion: string;
  kind: string;
  component: string;
  message: string;
  /** Whether the object has nothing to say; a HelmRepository of type oci has no conditions. */
  silent?(spec: any): boolean;
}

const SOURCE = 'source.toolkit.fluxcd.io/v1';
const HELM = 'The sandbox does not run Helm';

const KINDS: UnsupportedKind[] = [
  {
    apiVersion: SOURCE,
    kind: 'HelmRepository',
    component: 'source-controller',
    message: `${HELM}, so it does not fetch chart indexes`,
    silent: spec => spec.type === 'oci',
  },
  {
    apiVersion: SOURCE,
    kind: 'HelmChart',
    component: 'source-controller',
    message: `${HELM}, so it does not package charts`,
  },
  {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    component: 'helm-controller',
    message: `${HELM}, so this release is not installed`,
  },
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
  return KINDS.map(({ apiVersion, kind, component, message, silent }) => ({
    type: { apiVersion, kind },
    component,
    reconcile: async object => {
      if (!silent?.(object.spec)) {
        object.stalled('NotSupported', message);
        await object.patchStatus();
        await object.event('Warning', 'NotSupported', message);
      }
      return undefined;
    },
  }));
}
