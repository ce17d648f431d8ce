import { mockServices } from '@backstage/backend-test-utils';
import { startKubernetesApi, type KubernetesApi } from '../kubernetes';
import { KubernetesApiError, type WatchEvent } from './client';
import { HttpKubernetesClient } from './HttpKubernetesClient';

jest.setTimeout(30_000);

const logger = mockServices.logger.mock();
const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' };

const configMap = (name: string, data: Record<string, string> = {}) => ({
  ...CONFIG_MAP,
  metadata: { name, namespace: 'default' },
  data,
});
const keyOf = (name: string) => ({ ...CONFIG_MAP, namespace: 'default', name });

let api: KubernetesApi;
let client: HttpKubernetesClient;
let abort: AbortController;

beforeEach(async () => {
  api = await startKubernetesApi({
    name: 'test',
    port: 0,
    tokens: [{ token: 'root', user: 'admin', groups: ['system:masters'] }],
    logger,
  });
  client = new HttpKubernetesClient({ url: api.url, token: 'root', logger });
  abort = new AbortController();
});
afterEach(async () => {
  abort.abort();
  await api.close();
});

/** Collects a watch's events; `until` waits for one that fits. */
function collect(watcher = client) {
  const events: [string, string][] = [];
  let wake = () => {};
  const done = watcher.watch(
    CONFIG_MAP,
    ({ type, object }: WatchEvent) => {
      events.push([type, object.metadata.name]);
      wake();
    },
    { namespace: 'default', signal: abort.signal },
  );
  const until = async (type: string, name: string) => {
    const nextEvent = () =>
      new Promise<void>(resolve => {
        wake = resolve;
      });
    while (!events.some(event => event[0] === type && event[1] === name)) {
      await nextEvent();
    }
  };
  return { events, until, done };
}

it('creates, gets, lists, patches, applies and deletes', async () => {
  await client.create(configMap('a', { key: '1' }));
  expect((await client.get(keyOf('a')))?.data).toEqual({ key: '1' });
  expect(await client.get(keyOf('b'))).toBeUndefined();
  await client.patch(keyOf('a'), { metadata: { labels: { app: 'web' } } });
  const listed = await client.list(CONFIG_MAP, {
    namespace: 'default',
    labelSelector: 'app=web',
  });
  expect(listed).toMatchObject([{ ...CONFIG_MAP, metadata: { name: 'a' } }]);
  await client.apply(configMap('b', { key: '2' }), { fieldManager: 'test' });
  expect((await client.get(keyOf('b')))?.data).toEqual({ key: '2' });
  await client.delete(keyOf('a'));
  await client.delete(keyOf('a'));
  expect(await client.get(keyOf('a'))).toBeUndefined();
});

it('tells errors in the words of the server', async () => {
  await client.create(configMap('a'));
  await expect(client.create(configMap('a'))).rejects.toMatchObject({
    status: 409,
    reason: 'AlreadyExists',
    message: 'configmaps "a" already exists',
  });
  await expect(
    client.list({ apiVersion: 'example.com/v1', kind: 'Thing' }),
  ).rejects.toThrow(
    new KubernetesApiError(
      404,
      'NotFound',
      'no matches for kind "Thing" in version "example.com/v1"',
    ),
  );
  await expect(
    client.impersonate('system:serviceaccount:team:flux').list(CONFIG_MAP),
  ).rejects.toMatchObject({ status: 403, reason: 'Forbidden' });
});

it('goes on after the connection breaks, without telling anything twice', async () => {
  await client.create(configMap('a'));
  const { events, until } = collect();
  await until('ADDED', 'a');
  api.setFault('/api/v1', { watch: 'cut', times: 1 });
  await client.create(configMap('b'));
  await until('ADDED', 'b');
  expect(events).toEqual([
    ['ADDED', 'a'],
    ['ADDED', 'b'],
  ]);
});

it('lists again after 410 and tells what vanished in between', async () => {
  await client.create(configMap('a'));
  await client.create(configMap('b'));
  const { events, until } = collect();
  await until('ADDED', 'b');
  // While no watch comes through, history moves on and is forgotten.
  api.setFault('/api/v1', { watch: 'cut' });
  await client.delete(keyOf('a'));
  await client.create(configMap('c'));
  api.compact();
  api.setFault('/api/v1', undefined);
  await until('DELETED', 'a');
  await until('ADDED', 'c');
  expect(events.filter(([, name]) => name === 'b')).toEqual([['ADDED', 'b']]);
});

it('gives up on a server that says nothing, and ends when told', async () => {
  const impatient = new HttpKubernetesClient({
    url: api.url,
    token: 'root',
    logger,
    requestTimeoutMs: 200,
    watchInactivityMs: 200,
  });
  await impatient.resource(CONFIG_MAP);
  await client.create(configMap('a'));
  api.setFault('/api/v1', { hang: true, times: 1 });
  const { until, done } = collect(impatient);
  await until('ADDED', 'a');
  const silences = () =>
    logger.debug.mock.calls.filter(([text]) => /said nothing/.test(text));
  // The list that hung, and then the watch in which nothing happened.
  while (silences().length < 2) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  await client.create(configMap('b'));
  await until('ADDED', 'b');
  abort.abort();
  await expect(done).resolves.toBeUndefined();
});
