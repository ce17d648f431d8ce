import { mockServices } from '@backstage/backend-test-utils';
import {
  startKubernetesApi,
  type KubernetesApi,
  type KubernetesApiOptions,
} from './index';

const CONFIGMAPS = '/api/v1/namespaces/default/configmaps';
const KUSTOMIZATIONS = '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations';
const STREAMED =
  'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

const configMap = (name: string, data: object = { key: 'value' }) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'default', name },
  data,
});

let api: KubernetesApi;
const start = (options: Partial<KubernetesApiOptions> = {}) =>
  startKubernetesApi({
    name: 'test',
    port: 0,
    tokens: [{ token: 'root', user: 'admin', groups: ['system:masters'] }],
    logger: mockServices.logger.mock(),
    ...options,
  });

beforeEach(async () => {
  api = await start();
});
afterEach(() => api.close());

async function restart(options: Partial<KubernetesApiOptions>) {
  await api.close();
  api = await start(options);
}

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(api.url + path, {
    headers: { authorization: 'Bearer root', ...headers },
  });

async function revision(): Promise<string> {
  const { metadata } = await (await get(CONFIGMAPS)).json();
  return metadata.resourceVersion;
}

/** A watch, read to its end in the background. */
async function watch(query: string, path = CONFIGMAPS) {
  const response = await get(`${path}?${query}`);
  const state = { text: '', end: undefined as 'ended' | 'broken' | undefined };
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body as any) {
      state.text += decoder.decode(chunk);
    }
  };
  read().then(
    () => {
      state.end = 'ended';
    },
    () => {
      state.end = 'broken';
    },
  );
  return state;
}

const eventsOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));

async function until(condition: () => boolean) {
  while (!condition()) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** Passes when everything that was sent before has arrived. */
async function echo() {
  const other = await watch(`watch=true&resourceVersion=${await revision()}`);
  api.load([configMap('echo', { at: String(performance.now()) })]);
  await until(() => other.text.endsWith('\n'));
}

describe('watches', () => {
  it('break off, at once or in the middle of the next event', async () => {
    api.load([configMap('a')]);
    const query = `watch=true&resourceVersion=${await revision()}`;
    const cut = await watch(query);
    const half = await watch(query);
    await until(() => api.watches.length === 2);
    api.setFault(CONFIGMAPS, { watch: 'half' });
    expect(half.end).toBeUndefined();
    api.load([configMap('b')]);
    await until(() => half.end === 'broken');
    expect(half.text).toMatch(/^\{"type":"ADDED","object":\{/);
    expect(half.text).not.toContain('\n');

    api.setFault(CONFIGMAPS, undefined);
    const again = await watch(query);
    await until(() => again.text.endsWith('\n'));
    api.setFault(CONFIGMAPS, { watch: 'cut' });
    await until(() => again.end === 'broken');
    expect(cut.end).toBe('broken');
    expect(eventsOf(again.text)).toMatchObject([{ type: 'ADDED' }]);
    expect(api.watches).toEqual([]);
  });

  it('break off in the middle of a later event', async () => {
    api.load([configMap('a'), configMap('b'), configMap('c')]);
    api.setFault(CONFIGMAPS, { watch: 'half', spares: 2 });
    const broken = await watch(STREAMED);
    await until(() => broken.end === 'broken');
    const [first, second, third] = broken.text.split('\n');
    expect(JSON.parse(first).object.metadata.name).toBe('a');
    expect(JSON.parse(second).object.metadata.name).toBe('b');
    expect(third).toMatch(/^\{"type":"ADDED"/);
  });

  it('send a line that is no JSON instead of an event, and go on', async () => {
    const broken = await watch(
      `watch=true&resourceVersion=${await revision()}`,
    );
    api.setFault(CONFIGMAPS, { watch: 'malformed' });
    api.load([configMap('a'), configMap('b')]);
    await until(() => broken.text.includes('"name":"b"'));
    const [first, second] = broken.text.split('\n');
    expect(() => JSON.parse(first)).toThrow(SyntaxError);
    expect(JSON.parse(second).object.metadata.name).toBe('b');
    expect(broken.text).not.toContain('"name":"a"');
  });

  it.each([{ watch: 'silent' }, { hang: true }] as const)(
    'fall silent and stay so with %j',
    async fault => {
      await restart({ bookmarkIntervalMs: 5 });
      const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${await revision()}`;
      const silent = await watch(query);
      await until(() => silent.text.includes('BOOKMARK'));
      api.setFault(CONFIGMAPS, fault);
      api.setFault(CONFIGMAPS, undefined);
      // What was on its way is here now
      await echo();
      const { text } = silent;
      api.load([configMap('a')]);
      await echo();
      expect(silent.text).toBe(text);
      expect(silent.end).toBeUndefined();
    },
  );

  it('are accepted and say nothing', async () => {
    api.load([configMap('a')]);
    api.setFault(CONFIGMAPS, { watch: 'silent', times: 1 });
    const silent = await watch(STREAMED);
    await echo();
    expect(silent).toEqual({ text: '', end: undefined });
  });

  it('are told that the revision is gone, so many times', async () => {
    api.setFault(CONFIGMAPS, { watch: 'gone', times: 2 });
    const query = `watch=true&resourceVersion=${await revision()}`;
    for (let i = 0; i < 2; i++) {
      const gone = await watch(query);
      await until(() => gone.end === 'ended');
      expect(eventsOf(gone.text)).toMatchObject([
        { type: 'ERROR', object: { code: 410, reason: 'Expired' } },
      ]);
    }
    api.setFault(CONFIGMAPS, { verb: 'watch', status: 410, times: 1 });
    expect((await get(CONFIGMAPS)).status).toBe(200);
    expect((await get(`${CONFIGMAPS}?${query}`)).status).toBe(410);
    const well = await watch(query);
    api.load([configMap('a')]);
    await until(() => well.text.includes('"name":"a"'));
  });

  it('from a revision that is yet to come hear nothing before', async () => {
    const now = Number(await revision());
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${
      now + 1
    }`;
    const early = await watch(query);
    api.load([configMap('a'), configMap('b')]);
    await until(() => early.text.includes('\n'));
    const names = eventsOf(early.text).map(e => e.object.metadata.name);
    expect(names).toEqual(['b']);
  });
});

describe('answers', () => {
  it('come late, never, from a proxy, or broken', async () => {
    const onRequest = jest.fn();
    await restart({ onRequest });
    const arrived = () => {
      const before = onRequest.mock.calls.length;
      return until(() => onRequest.mock.calls.length > before);
    };
    api.setFault(CONFIGMAPS, { delayMs: 20, times: 1 });
    expect((await get(CONFIGMAPS)).status).toBe(200);
    api.setFault(CONFIGMAPS, { delayMs: 600_000 });
    const slow = get(CONFIGMAPS);
    await arrived();
    api.clearFaults();
    expect((await slow).status).toBe(200);

    api.setFault(CONFIGMAPS, { body: 'html', times: 1 });
    const page = await get(CONFIGMAPS);
    expect(page.status).toBe(502);
    expect(page.headers.get('content-type')).toBe('text/html');
    expect(await page.text()).toContain('<h1>502 Bad Gateway</h1>');

    api.setFault(CONFIGMAPS, { body: 'malformed', times: 1 });
    const broken = await get(CONFIGMAPS);
    expect(broken.status).toBe(200);
    await expect(broken.json()).rejects.toThrow(/JSON/);

    api.setFault(CONFIGMAPS, { hang: true });
    const never = get(CONFIGMAPS);
    await arrived();
    api.disconnect();
    await expect(never).rejects.toThrow('fetch failed');
    api.clearFaults();
    expect((await get(CONFIGMAPS)).status).toBe(200);
  });

  it('come and go', async () => {
    const stop = api.flap(CONFIGMAPS, { status: 503 }, 10);
    const seen = new Set<number>();
    while (seen.size < 2) {
      const response = await get(CONFIGMAPS).catch(() => undefined);
      seen.add(response?.status ?? 503);
    }
    stop();
    expect([...seen].sort()).toEqual([200, 503]);
    expect((await get(CONFIGMAPS)).status).toBe(200);
  });

  it('fail by path, verb and number, the last fault set counting', async () => {
    api.setFault('/api/v1', { status: 500 });
    api.setFault(/\/configmaps$/, {
      verb: 'list',
      status: 403,
      message: 'not yours',
      times: 1,
    });
    expect(await (await get(CONFIGMAPS)).json()).toMatchObject({
      code: 403,
      message: 'not yours',
    });
    expect((await get(CONFIGMAPS)).status).toBe(500);
    expect((await get('/apis')).status).toBe(200);
  });
});

describe('a server', () => {
  it('serves a kind, or doesn’t', async () => {
    const kustomization = {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { namespace: 'default', name: 'apps' },
      status: { lastAppliedRevision: 'main@sha1:1' },
    };
    api.load([kustomization]);
    const watched = await watch(STREAMED, KUSTOMIZATIONS);
    const [group, kind] = ['kustomize.toolkit.fluxcd.io', 'Kustomization'];
    const groups = async () =>
      (await (await get('/apis')).json()).groups.map(
        (each: { name: string }) => each.name,
      );
    expect(await groups()).toContain(group);

    api.setServed(group, kind, false);
    await until(() => watched.end === 'ended');
    expect((await get(KUSTOMIZATIONS)).status).toBe(404);
    expect(await groups()).not.toContain(group);
    expect(api.objects().some(object => object.kind === kind)).toBe(false);

    api.setServed(group, kind, true);
    const { items } = await (await get(KUSTOMIZATIONS)).json();
    expect(items).toMatchObject([{ status: kustomization.status }]);
    expect(() => api.setServed(group, 'Kustomisation', true)).toThrow(
      "The sandbox knows no kind Kustomisation in group 'kustomize.toolkit.fluxcd.io'",
    );
  });

  it('forgets tokens; what runs goes on', async () => {
    const running = await watch('watch=true');
    api.setTokens([
      { token: 'new', user: 'admin', groups: ['system:masters'] },
    ]);
    expect((await get(CONFIGMAPS)).status).toBe(401);
    const authorization = 'Bearer new';
    expect((await get(CONFIGMAPS, { authorization })).status).toBe(200);
    api.load([configMap('a')]);
    await until(() => running.text.includes('"name":"a"'));
  });

  it('goes back to a snapshot, its revision included', async () => {
    api.load([configMap('kept')]);
    const snapshot = api.snapshot();
    const before = await revision();
    api.load([configMap('lost')]);
    api.remove(key('kept'));
    const running = await watch('watch=true');
    await until(() => api.watches.length === 1);
    api.restore(snapshot);
    await until(() => running.end === 'broken');
    expect(await revision()).toBe(before);
    const names = api
      .objects()
      .filter(({ kind }) => kind === 'ConfigMap')
      .map(({ metadata }) => metadata.name);
    expect(names).toEqual(['kept']);
  });

  it('refuses streamed lists where the feature gate is off, in the real words', async () => {
    await restart({ featureGates: { WatchList: false } });
    const refused = await get(`${CONFIGMAPS}?${STREAMED}`);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      reason: 'Invalid',
      message:
        'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
      details: { group: 'meta.k8s.io', kind: 'ListOptions' },
    });
    expect((await get(`${CONFIGMAPS}?sendInitialEvents=true`)).status).toBe(
      422,
    );
    const half = `${CONFIGMAPS}?watch=true&resourceVersionMatch=NotOlderThan`;
    expect((await get(half)).status).toBe(422);
  });

  it('says in a few bytes that discovery has nothing new', async () => {
    const accept = AGGREGATED;
    const first = await get('/apis', { accept });
    const etag = first.headers.get('etag')!;
    expect(etag).toMatch(/^"[0-9A-F]{128}"$/);
    const known = { accept, 'if-none-match': etag };
    expect((await get('/apis', known)).status).toBe(304);
    api.setServed('flagger.app', 'Canary', false);
    const changed = await get('/apis', known);
    expect(changed.status).toBe(200);
    expect(await changed.text()).not.toContain('Canary');
  });

  it('tells of discovery a group at a time where the feature gate is off', async () => {
    await restart({ featureGates: { AggregatedDiscoveryEndpoint: false } });
    const answer = await get('/apis', { accept: AGGREGATED });
    expect(answer.headers.get('etag')).toBeNull();
    expect((await answer.json()).kind).toBe('APIGroupList');
  });

  it('counts what reaches it, and takes objects of any size', async () => {
    const onRequest = jest.fn();
    await restart({ onRequest, maxPage: 1 });
    const large = 'x'.repeat(10_000_000);
    api.load([configMap('large', { large }), configMap('small')]);
    const response = await get(`${CONFIGMAPS}?limit=5`, { 'user-agent': 'me' });
    const { items, metadata } = await response.json();
    expect(items[0].data.large).toHaveLength(large.length);
    expect(items).toHaveLength(1);
    expect(metadata.continue).toEqual(expect.any(String));
    expect(onRequest.mock.calls).toEqual([
      [{ method: 'GET', url: `${CONFIGMAPS}?limit=5`, userAgent: 'me' }],
    ]);
  });
});

function key(name: string) {
  return { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name };
}
