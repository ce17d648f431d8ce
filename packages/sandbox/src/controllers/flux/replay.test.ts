import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '../client';
import { Controller, keyOf } from '../runtime';
// The conditions of each object over the first 45 seconds of the `firstsync` run on real Flux 2.9,
// without times, hashes and addresses.
import firstSync from './__fixtures__/firstsync.json';
// The same over the `lifecycle-annotate` run: a new image, found, committed and rolled out.
import lifecycle from './__fixtures__/lifecycle.json';
import { createRepository, startWorld } from './__testUtils__/world';
import {
  IMAGE_POLICY,
  IMAGE_REPOSITORY,
  IMAGE_UPDATE_AUTOMATION,
} from './image/types';
import { KUSTOMIZATION } from './kustomization/dependencies';
import { GIT_REPOSITORY } from './source/gitRepository';

jest.setTimeout(60_000);

type States = string[][];

// What depends on who came first, on real Flux as well.
const RACES = /Source artifact not found|no tags in database/;

// Whether the dependency has begun with the new revision already is a race, too.
const WAITS = / (revision is not up to date|is not ready)$/;

/** Drops races, and joins states that differ only in what was dropped. */
function settled(states: States): States {
  const result: States = [];
  for (const lines of states) {
    const state = lines.map(line => line.replace(WAITS, ' has to wait'));
    const last = result[result.length - 1];
    if (
      !state.some(line => RACES.test(line)) &&
      JSON.stringify(last) !== JSON.stringify(state)
    ) {
      result.push(state);
    }
  }
  return result;
}

function named(name: string) {
  return { metadata: { name, namespace: 'flux-system' } };
}

function kustomization(name: string, spec: object): KubernetesObject {
  return {
    ...KUSTOMIZATION,
    ...named(name),
    spec: {
      interval: '10m',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'fleet' },
      ...spec,
    },
  };
}

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' };

const deployment = (
  name: string,
  namespace: string,
  image: string,
  replicas = '1',
) =>
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
        - name: web
          image: ${image}
`;

/** Stands in for Kubernetes: `stuck` never becomes available, everything else does. */
const rollout: Controller = {
  name: 'rollout',
  type: DEPLOYMENT,
  isDue: (now, before) =>
    now.metadata.generation !== before.metadata.generation,
  reconcile: async (key, { client }) => {
    const object = await client.get(key);
    if (!object) {
      return;
    }
    const stuck = key.name === 'stuck';
    // Longer than a poll of the health check, so that the check has to wait.
    await new Promise(resolve => setTimeout(resolve, 300));
    await client.patch(
      keyOf(object),
      {
        status: {
          observedGeneration: object.metadata.generation,
          replicas: 1,
          updatedReplicas: 1,
          ...(stuck ? {} : { readyReplicas: 1, availableReplicas: 1 }),
          conditions: [
            {
              type: 'Available',
              status: stuck ? 'False' : 'True',
              reason: 'MinimumReplicasAvailable',
            },
            {
              type: 'Progressing',
              status: stuck ? 'False' : 'True',
              reason: stuck
                ? 'ProgressDeadlineExceeded'
                : 'NewReplicaSetAvailable',
            },
          ],
        },
      },
      { subresource: 'status' },
    );
  },
};

describe('conditions, compared with real Flux', () => {
  let world: Awaited<ReturnType<typeof startWorld>>;
  let repository: Awaited<ReturnType<typeof createRepository>>;
  let registry: Server;
  let directory: string;
  let address: string;
  let tags = ['latest', 'main-aaaaaaa-1700000001'];
  const settledBefore = new Map<string, number>();

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'replay-'));
    registry = createServer((request, response) => {
      const found = request.url !== '/v2/shop/nowhere/tags/list?n=1000';
      response.writeHead(found ? 200 : 404);
      response.end(
        JSON.stringify(
          found
            ? { tags }
            : { errors: [{ code: 'NAME_UNKNOWN', message: 'Unknown name' }] },
        ),
      );
    });
    await new Promise<void>(done => {
      registry.listen(0, '127.0.0.1', done);
    });
    address = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
    [world, repository] = await Promise.all([
      startWorld([rollout]),
      createRepository(directory),
    ]);
    const image = `${address}/shop/web:main-aaaaaaa-1700000001`;
    await repository.commit(
      {
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
        'broken/bad.yaml': deployment('bad', 'default', image, '"many"'),
        'stuck/stuck.yaml': deployment('stuck', 'default', image),
      },
      'first',
    );
    const retry = { retryInterval: '1s' };
    const images = { insecure: true, interval: '10m' };
    await world.apply(
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'flux-system' },
      },
      ...[
        ['fleet', repository.url],
        ['nowhere', `file://${directory}/nowhere.git`],
      ].map(([name, url]) => ({
        ...GIT_REPOSITORY,
        ...named(name),
        spec: { interval: '10m', ref: { branch: 'main' }, url },
      })),
      kustomization('infra', { path: './infra' }),
      kustomization('apps', {
        path: './apps',
        wait: true,
        timeout: '1m',
        dependsOn: [{ name: 'infra' }],
      }),
      kustomization('bad-path', { path: './no-such-folder', ...retry }),
      kustomization('invalid-manifest', { path: './broken', ...retry }),
      kustomization('missing-dependency', {
        path: './apps',
        prune: false,
        dependsOn: [{ name: 'not-there' }],
      }),
      kustomization('missing-source', {
        path: './apps',
        prune: false,
        sourceRef: { kind: 'GitRepository', name: 'not-there' },
      }),
      kustomization('unhealthy', {
        path: './stuck',
        retryInterval: '1m',
        wait: true,
        timeout: '40s',
      }),
      ...['web', 'nowhere'].map(name => ({
        ...IMAGE_REPOSITORY,
        ...named(name),
        spec: { image: `${address}/shop/${name}`, ...images },
      })),
      ...[
        ['web', '^main-[a-f0-9]+-(?P<ts>[0-9]+)$'],
        ['nomatch', '^release-(?P<ts>[0-9]+)$'],
      ].map(([name, pattern]) => ({
        ...IMAGE_POLICY,
        ...named(name),
        spec: {
          imageRepositoryRef: { name: 'web' },
          filterTags: { pattern, extract: '$ts' },
          policy: { numerical: { order: 'asc' } },
        },
      })),
      {
        ...IMAGE_UPDATE_AUTOMATION,
        ...named('fleet'),
        spec: {
          interval: '10m',
          sourceRef: { kind: 'GitRepository', name: 'fleet' },
          git: {
            checkout: { ref: { branch: 'main' } },
            commit: {
              author: { name: 'fluxbot', email: 'fluxbot@example.com' },
            },
            push: { branch: 'main' },
          },
          update: { path: './apps', strategy: 'Setters' },
        },
      },
    );
  });

  afterAll(async () => {
    await world.close();
    registry.close();
    registry.closeAllConnections();
    await rm(directory, { recursive: true, force: true });
  });

  function normalise(message: string) {
    return message
      .replace(/[0-9a-f]{40}/g, '<sha>')
      .replace(/kustomization-\d+/g, 'kustomization-<n>')
      .replace(/(passed in|failed after) [0-9.]+m?s/g, '$1 <time>')
      .replaceAll(`file://${directory}`, 'http://<git>')
      .replaceAll(address, '<registry>');
  }

  function statesOf(id: string, from = 0): States {
    const [kind, name] = id.split('/');
    const states = world
      .history(kind, name)
      .slice(from)
      .map(object =>
        ((object.status?.conditions as any[]) ?? []).map(
          c => `${c.type}=${c.status} ${c.reason}: ${normalise(c.message)}`,
        ),
      )
      .filter(state => state.length > 0);
    return settled(states);
  }

  /** The first states of the object, as soon as there are so many. */
  async function firstStates(id: string, count: number, from = 0) {
    const deadline = Date.now() + 15_000;
    while (statesOf(id, from).length < count && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    return statesOf(id, from).slice(0, count);
  }

  it.each(Object.entries(firstSync as Record<string, States>))(
    'of %s, over its first sync',
    async (id, states) => {
      // An object that is tried again and again is compared over its first two tries.
      const expected = settled(states).slice(0, 7);
      expect(await firstStates(id, expected.length)).toEqual(expected);
    },
  );

  it('rolls out a new image when poked', async () => {
    for (const id of Object.keys(lifecycle)) {
      const [kind, name] = id.split('/');
      settledBefore.set(id, world.history(kind, name).length - 1);
    }
    const of = (type: { apiVersion: string; kind: string }, name: string) => ({
      ...type,
      ...named(name).metadata,
    });
    tags = [...tags, 'main-bbbbbbb-1700000100'];
    await world.reconcile(of(IMAGE_REPOSITORY, 'web'));
    const { status } = await world.until(
      of(IMAGE_UPDATE_AUTOMATION, 'fleet'),
      automation => automation.status.lastPushCommit !== undefined,
    );
    await world.reconcile(of(GIT_REPOSITORY, 'fleet'));
    const apps = await world.until(
      of(KUSTOMIZATION, 'apps'),
      object =>
        object.status.lastAppliedRevision ===
        `main@sha1:${status.lastPushCommit}`,
    );
    expect(apps.status.history).toHaveLength(2);
  });

  it.each(Object.entries(lifecycle as Record<string, States>))(
    'of %s, over the rollout of an image',
    async (id, states) => {
      const expected = settled(states);
      const from = settledBefore.get(id);
      expect(await firstStates(id, expected.length, from)).toEqual(expected);
    },
  );
});
