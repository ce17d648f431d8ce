import { readFile } from 'node:fs/promises';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { parseAllDocuments } from 'yaml';
import { cores, mebibytes, requestsOf } from '../__testUtils__/requests';
import { RUNNER_CONTROLLER_REQUESTS, RUNNER_REQUESTS } from './fleetPods';

const folder = resolvePackagePath(
  '@backstage-flux/plugin-scaffolder-backend-module-flux',
  '../../templates/gke-fleet/runners',
);

async function read(path: string): Promise<any[]> {
  const text = await readFile(`${folder}/${path}`, 'utf8');
  return parseAllDocuments(text).map(document => document.toJS());
}

describe('runners of gke-fleet', () => {
  const releaseOf = async (part: string) => {
    const [source, release] = await read(`runners/${part}/release.yaml`);
    return { source, release, values: release.spec.values };
  };

  it('request what the cost page counts', async () => {
    const { values: controller } = await releaseOf('controller');
    const { values: set } = await releaseOf('set');
    expect(requestsOf(set.template.spec.containers)).toEqual(RUNNER_REQUESTS);
    expect(
      requestsOf([controller, ...set.listenerTemplate.spec.containers]),
    ).toEqual(RUNNER_CONTROLLER_REQUESTS);
  });

  it('fit into their quota, all at once', async () => {
    const [{ spec: quota }] = await read('runners/set/limits.yaml');
    const { values } = await releaseOf('set');
    const [{ resources }] = values.template.spec.containers;
    expect(Number(quota.hard.pods)).toBe(values.maxRunners);
    for (const [kind, resource] of [
      ['requests', 'cpu'],
      ['requests', 'memory'],
      ['limits', 'memory'],
    ]) {
      const amount = resource === 'cpu' ? cores : mebibytes;
      expect(amount(quota.hard[`${kind}.${resource}`])).toBe(
        values.maxRunners * amount(resources[kind][resource]),
      );
    }
  });

  it('are of the controller’s version, and know where it is', async () => {
    const controller = await releaseOf('controller');
    const set = await releaseOf('set');
    expect(set.source.spec.ref).toEqual(controller.source.spec.ref);
    expect(set.values.controllerServiceAccount).toEqual({
      namespace: controller.release.spec.targetNamespace,
      // The chart names it like the release, where that contains its own name
      name: controller.release.spec.releaseName,
    });
    expect(controller.release.spec.releaseName).toBe('gha-rs-controller');
  });

  it('come after their controller, from folders that exist', async () => {
    const [controller, set] = await read(
      'clusters/${{ values.name }}/runners.yaml',
    );
    expect(controller.spec.wait).toBe(true);
    expect(set.spec.dependsOn).toEqual([{ name: controller.metadata.name }]);
    for (const { spec } of [controller, set]) {
      const [{ resources }] = await read(`${spec.path}/kustomization.yaml`);
      for (const resource of resources) {
        expect(await read(`${spec.path}/${resource}`)).not.toEqual([]);
      }
    }
  });

  it('start from none, without root, in namespaces that enforce it', async () => {
    const { values } = await releaseOf('set');
    expect(values.minRunners).toBe(0);
    const [{ securityContext }] = values.template.spec.containers;
    expect(values.template.spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
    for (const { metadata } of await read(
      'runners/controller/namespaces.yaml',
    )) {
      expect(metadata.labels).toMatchObject({
        'pod-security.kubernetes.io/enforce': 'restricted',
      });
    }
  });
});
