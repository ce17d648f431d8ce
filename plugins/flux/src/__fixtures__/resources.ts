import {
  ResourceRef,
  ResourceState,
  resourceId,
  ResourceView,
  RevisionView,
} from '@backstage-flux/plugin-flux-common';

/** ISO time of some minutes ago. */
export function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

/** A revision of the application's repository. */
export function revision(sha: string): RevisionView {
  const commit = sha.padEnd(40, '0');
  return {
    raw: `main@sha1:${commit}`,
    label: `main@${sha}`,
    commit,
    url: `https://github.com/acme/orders/commit/${commit}`,
  };
}

const groups: Record<string, string> = {
  GitRepository: 'source.toolkit.fluxcd.io',
  Kustomization: 'kustomize.toolkit.fluxcd.io',
  HelmRelease: 'helm.toolkit.fluxcd.io',
  ImageRepository: 'image.toolkit.fluxcd.io',
  ImagePolicy: 'image.toolkit.fluxcd.io',
  ImageUpdateAutomation: 'image.toolkit.fluxcd.io',
  Deployment: 'apps',
  ReplicaSet: 'apps',
  StatefulSet: 'apps',
  Canary: 'flagger.app',
};

/** Names an object of the application's namespace. */
export function ref(cluster: string, kind: string, name: string): ResourceRef {
  return {
    cluster,
    group: groups[kind] ?? '',
    kind,
    namespace: 'orders',
    name,
  };
}

/** An object that is up to date, unless said otherwise. */
export function resource(
  cluster: string,
  kind: string,
  name: string,
  overrides: Omit<Partial<ResourceView>, 'status'> & {
    state?: ResourceState;
    status?: Partial<ResourceView['status']>;
  } = {},
): ResourceView {
  const { state = 'upToDate', status, ...rest } = overrides;
  const named = ref(cluster, kind, name);
  const isFlux = named.group.endsWith('fluxcd.io');
  const suspended = state === 'suspended';
  return {
    id: resourceId(named),
    ref: named,
    status: { state, summary: '', message: '', ...status },
    lastReconciledAt: minutesAgo(2),
    dependsOn: [],
    actions: {
      reconcile: isFlux && !suspended,
      suspend: isFlux && !suspended,
      resume: isFlux && suspended,
    },
    ...rest,
  };
}
