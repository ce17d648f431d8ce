import { mockServices } from '@backstage/backend-test-utils';
import type { KubernetesClient, KubernetesObject, WatchEvent } from './client';
import { Controller, runControllers } from './runtime';

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' };
const SECRET = { apiVersion: 'v1', kind: 'Secret' };

function object(
  type: { apiVersion: string; kind: string },
  name: string,
  more: object = {},
): KubernetesObject {
  return { ...type, metadata: { name, namespace: 'default' }, ...more };
}

/** A cluster of which only watches are used; `emit` is what happens in it. */
function watchedCluster() {
  const handlers = new Map<string, ((event: WatchEvent) => void)[]>();
  const client = {
    watch: (
      type: { kind: string },
      onEvent: (event: WatchEvent) => void,
      { signal }: { signal: AbortSignal },
    ) => {
      handlers.set(type.kind, [...(handlers.get(type.kind) ?? []), onEvent]);
      return new Promise<void>(resolve => {
        signal.addEventListener('abort', () => resolve());
      });
    },
  } as unknown as KubernetesClient;
  const emit = (type: WatchEvent['type'], value: KubernetesObject) =>
    handlers.get(value.kind)?.forEach(on => on({ type, object: value }));
  return { client, emit, handlers };
}

async function until(condition: () => boolean) {
  while (!condition()) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

describe('runControllers', () => {
  const abort = { controller: new AbortController() };
  let done: Promise<void> | undefined;

  function run(client: KubernetesClient, ...controllers: Controller[]) {
    abort.controller = new AbortController();
    done = runControllers(controllers, {
      client,
      logger: mockServices.logger.mock({
        child: () => mockServices.logger.mock(),
      }),
      signal: abort.controller.signal,
    });
  }

  afterEach(async () => {
    abort.controller.abort();
    await done;
  });

  it('reconciles a key once for many changes, never twice at once, and again when it changed meanwhile', async () => {
    const { client, emit } = watchedCluster();
    const seen: string[] = [];
    let release = () => {};
    run(client, {
      name: 'test',
      type: CONFIG_MAP,
      reconcile: async key => {
        seen.push(key.name);
        await new Promise<void>(resolve => {
          release = resolve;
        });
      },
    });
    emit('ADDED', object(CONFIG_MAP, 'a'));
    emit('MODIFIED', object(CONFIG_MAP, 'a'));
    emit('MODIFIED', object(CONFIG_MAP, 'a'));
    await until(() => seen.length === 1);
    release();
    await until(() => seen.length === 2);
    release();
    await new Promise(resolve => setImmediate(resolve));
    expect(seen).toEqual(['a', 'a']);
  });

  it('tries again after an error and after the requested time', async () => {
    const { client, emit } = watchedCluster();
    let calls = 0;
    run(client, {
      name: 'test',
      type: CONFIG_MAP,
      reconcile: async () => {
        calls += 1;
        if (calls === 1) {
          throw new Error('not yet');
        }
        return calls === 2 ? { requeueAfterMs: 1 } : undefined;
      },
    });
    emit('ADDED', object(CONFIG_MAP, 'a'));
    await until(() => calls === 3);
    expect(calls).toBe(3);
  });

  it('shares one watch of a kind between controllers and maps other kinds to keys', async () => {
    const { client, emit, handlers } = watchedCluster();
    const seen: string[] = [];
    const controller = (name: string): Controller => ({
      name,
      type: CONFIG_MAP,
      watches: [
        {
          type: SECRET,
          map: secret => [
            { ...CONFIG_MAP, namespace: 'default', name: secret.metadata.name },
          ],
        },
      ],
      reconcile: async key => {
        seen.push(`${name}:${key.kind}:${key.name}`);
      },
    });
    run(client, controller('one'), controller('two'));
    emit('ADDED', object(SECRET, 's'));
    await until(() => seen.length === 2);
    expect(seen.sort()).toEqual(['one:ConfigMap:s', 'two:ConfigMap:s']);
    expect(handlers.get('ConfigMap')).toHaveLength(1);
    expect(handlers.get('Secret')).toHaveLength(1);
  });

  it('asks isDue about changes only', async () => {
    const { client, emit } = watchedCluster();
    const seen: string[] = [];
    run(client, {
      name: 'test',
      type: CONFIG_MAP,
      isDue: (now, before) => now.data?.x !== before.data?.x,
      reconcile: async key => {
        seen.push(key.name);
      },
    });
    emit('ADDED', object(CONFIG_MAP, 'a', { data: { x: 1 } }));
    emit('MODIFIED', object(CONFIG_MAP, 'a', { data: { x: 1 }, status: 1 }));
    emit('ADDED', object(CONFIG_MAP, 'b'));
    await until(() => seen.includes('b'));
    expect(seen).toEqual(['a', 'b']);
    emit('MODIFIED', object(CONFIG_MAP, 'a', { data: { x: 2 } }));
    await until(() => seen.length === 3);
    emit('DELETED', object(CONFIG_MAP, 'b'));
    await until(() => seen.length === 4);
    expect(seen).toEqual(['a', 'b', 'a', 'b']);
  });

  it('waits for running work when it stops, and drops what waits', async () => {
    const { client, emit } = watchedCluster();
    const finished: string[] = [];
    let release = () => {};
    run(client, {
      name: 'test',
      type: CONFIG_MAP,
      concurrency: 1,
      reconcile: async key => {
        await new Promise<void>(resolve => {
          release = resolve;
        });
        finished.push(key.name);
      },
    });
    emit('ADDED', object(CONFIG_MAP, 'a'));
    emit('ADDED', object(CONFIG_MAP, 'b'));
    abort.controller.abort();
    release();
    await done;
    expect(finished).toEqual(['a']);
  });
});
