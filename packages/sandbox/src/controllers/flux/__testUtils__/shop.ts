import type { KubernetesObject } from '../../client';
import { deployment, Fleet, startFleet } from './fleet';
import { recordedSpecs } from './recordings';

const FIRST_TAG = 'main-aaaaaaa-1700000001';

/** What the recorded fleet had in its Git repository first. */
const FILES = (image: string) => ({
  'infra/shop.yaml':
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
  'apps/web.yaml': `${deployment(
    'web',
    'shop',
    `${image} # {"$imagepolicy": "flux-system:web"}`,
  )}---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
`,
  'broken/bad.yaml': deployment('bad', 'default', image, 'replicas: "many"'),
  'stuck/stuck.yaml': deployment(
    'stuck',
    'default',
    image,
    'progressDeadlineSeconds: 20',
  ),
});

/** Starts the recorded fleet, or the named objects of it. */
export async function startShop(
  isWanted: (id: string) => boolean = () => true,
): Promise<Fleet> {
  const fleet = await startFleet('fleet', {
    'shop/web': ['latest', FIRST_TAG],
  });
  await fleet.repository.commit(
    FILES(`${fleet.registry.address}/shop/web:${FIRST_TAG}`),
    'first',
  );
  await fleet.world.apply(
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'flux-system' },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'hook-token', namespace: 'flux-system' },
      data: { token: Buffer.from('token').toString('base64') },
    },
    ...recordedSpecs(fleet.toHere)
      .filter(({ kind, metadata }) => isWanted(`${kind}/${metadata.name}`))
      .map(object => ({
        ...object,
        // Retries sooner than the recordings did, to see more of them in less time.
        spec:
          object.spec.retryInterval === '30s'
            ? { ...object.spec, retryInterval: '1s' }
            : object.spec,
      })),
  );
  return fleet;
}

/** Calls the webhook of a Receiver as a sender of type generic does; the answer's status. */
export async function callWebhook(fleet: Fleet, name: string): Promise<number> {
  const receiver = await fleet.world.client.get(fleet.key('Receiver', name));
  const path = receiver!.status.webhookPath.slice(1);
  const response = await fetch(fleet.world.artifacts.urlOf(path), {
    method: 'POST',
    body: '{}',
  });
  return response.status;
}

/** Asks for a reconciliation, as `flux reconcile` does. */
export const annotate = (fleet: Fleet, kind: string, name: string) =>
  fleet.world.reconcile(fleet.key(kind, name));

/** Pushes an image and waits until the automation has committed it. */
export async function pushImage(
  fleet: Fleet,
  tag: string,
  poke: () => Promise<unknown>,
): Promise<void> {
  const automation = fleet.key('ImageUpdateAutomation', 'fleet');
  const before = await fleet.world.client.get(automation);
  fleet.registry.tags['shop/web'].push(tag);
  await poke();
  await fleet.world.until(
    automation,
    ({ status }) => status.lastPushCommit !== before!.status.lastPushCommit,
  );
}

/** `apps`, as soon as it runs the commit that the automation has pushed last. */
export async function untilApplied(fleet: Fleet): Promise<KubernetesObject> {
  const automation = await fleet.world.client.get(
    fleet.key('ImageUpdateAutomation', 'fleet'),
  );
  return fleet.world.until(
    fleet.key('Kustomization', 'apps'),
    ({ status }) =>
      status.lastAppliedRevision ===
      `main@sha1:${automation!.status.lastPushCommit}`,
  );
}
