import { fluxKinds } from '@backstage-flux/plugin-flux-common';
import { APP, applicationTemplates, REVISION } from './application';

describe('the objects of an application', () => {
  const templates = applicationTemplates();
  const objects = templates.map(({ text }) => JSON.parse(text));
  const of = (kind: string) => objects.filter(o => o.kind === kind);

  it('are ten of Flux’s, and the workload', () => {
    expect(templates.filter(({ flux }) => flux)).toHaveLength(10);
    expect(
      templates.filter(({ flux }) => !flux).map(({ kind }) => kind),
    ).toEqual(['Deployment', 'ReplicaSet', 'Pod', 'Pod']);
  });

  it('are as large as real ones, with what only API servers add', () => {
    for (const { metadata } of objects) {
      expect(metadata.managedFields.length).toBeGreaterThan(0);
    }
    const kustomization = of('Kustomization').find(
      o => o.metadata.name === APP,
    );
    expect(kustomization.status.inventory.entries).toHaveLength(10);
    expect(kustomization.status.lastAppliedRevision).toBe(
      `main@sha1:${REVISION}`,
    );
  });

  it('are all in the namespace of the application, under names of their own', () => {
    expect(new Set(objects.map(o => o.metadata.namespace))).toEqual(
      new Set([APP]),
    );
    const ids = objects.map(o => `${o.kind}/${o.metadata.name}`);
    expect(new Set(ids).size).toBe(ids.length);
    // Nothing of the recorded names is left that would be the same everywhere
    for (const { text } of templates) {
      expect(text).not.toMatch(/payments|flux-system|\bhello\b/);
    }
  });

  it('belong together as Flux and Kubernetes have it', () => {
    const [replicaSet] = of('ReplicaSet');
    expect(replicaSet.metadata.ownerReferences[0].name).toBe(
      of('Deployment')[0].metadata.name,
    );
    for (const pod of of('Pod')) {
      expect(pod.metadata.ownerReferences[0].name).toBe(
        replicaSet.metadata.name,
      );
    }
    expect(of('HelmRelease')[0].spec.chart.spec.sourceRef.name).toBe(
      of('HelmRepository')[0].metadata.name,
    );
    expect(of('HelmRelease')[0].status.helmChart).toBe(
      `${APP}/${of('HelmChart')[0].metadata.name}`,
    );
  });

  it('are of kinds that the plugins know', () => {
    const known = fluxKinds.map(({ group, kind }) => `${group}/${kind}`);
    for (const { apiVersion, kind } of templates) {
      const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
      expect(known).toContain(`${group}/${kind}`);
    }
  });
});
