import { readFile } from 'node:fs/promises';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { parse, parseAllDocuments } from 'yaml';
import { requestsOf } from '../__testUtils__/requests';
import { FLEET_REQUESTS } from './fleetPods';

const folder = resolvePackagePath(
  '@backstage-flux/plugin-scaffolder-backend-module-flux',
  '../../templates/gke-fleet/skeleton/infrastructure/controllers',
);

/** The HelmRelease of a file. */
async function read(path: string): Promise<any> {
  const text = await readFile(`${folder}/${path}.yaml`, 'utf8');
  return parseAllDocuments(text)
    .map(document => document.toJS())
    .find(({ kind }) => kind === 'HelmRelease').spec;
}

it('counts on Autopilot what the pods of gke-fleet request', async () => {
  const { values: certManager } = await read('cert-manager/release');
  const { contour, envoy } = (await read('contour/release')).values;
  const { values: flagger, postRenderers } = await read('flagger/release');
  const { values: loadTester } = await read('flagger/load-tester');
  const [{ value: prometheus }] = parse(
    postRenderers[0].kustomize.patches[0].patch,
  );
  const { vcpu, gib } = requestsOf([
    certManager,
    certManager.webhook,
    certManager.cainjector,
    ...Array(contour.replicaCount).fill(contour),
    ...Array(3).fill([envoy, envoy.shutdownManager]).flat(),
    flagger,
    loadTester,
    { resources: prometheus },
  ]);
  // Flux: five controllers of 0.1 vCPU, and the source controller
  expect(FLEET_REQUESTS.vcpu).toBeCloseTo(vcpu + 0.55);
  expect(FLEET_REQUESTS.gib).toBeCloseTo(gib + 0.5625);
});
