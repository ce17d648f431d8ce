import { world } from './world';

const source = 'source.toolkit.fluxcd.io/v1';

export const namespace = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
});

/** A GitRepository that follows `main` of a repository of the double that everybody may read. */
export const gitRepository = (place: string, name: string, repo: string) => ({
  apiVersion: source,
  kind: 'GitRepository',
  metadata: { name, namespace: place },
  spec: {
    url: `${world().gitUrl}/${world().github.owner}/${repo}.git`,
    interval: '5s',
    ref: { branch: 'main' },
  },
});

/** A Kustomization of a folder, which may make whatever it finds there. */
export const kustomization = (
  place: string,
  name: string,
  spec: { source: string; path: string },
) => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name, namespace: place },
  spec: {
    interval: '10m',
    retryInterval: '5s',
    path: spec.path,
    prune: true,
    sourceRef: { kind: 'GitRepository', name: spec.source },
  },
});

/** A HelmRelease of a chart in a folder of a GitRepository; each commit is a new version of it. */
export const helmRelease = (
  place: string,
  name: string,
  spec: { source: string; chart: string },
) => ({
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: { name, namespace: place },
  spec: {
    interval: '10m',
    timeout: '1m',
    chart: {
      spec: {
        chart: spec.chart,
        interval: '5s',
        reconcileStrategy: 'Revision',
        sourceRef: { kind: 'GitRepository', name: spec.source },
      },
    },
  },
});
