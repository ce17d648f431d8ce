import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { mockServices } from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { createAwaitRolloutAction } from './awaitRollout';

const cluster = (state: string, more: object = {}) => ({
  name: 'prod-eu',
  status: { state, summary: '', message: '' },
  ...more,
});
const view = (one: any, more: object = {}) => ({
  entityRef: 'component:default/orders',
  status: one.status,
  clusters: [one],
  ...more,
});
const done = view(cluster('upToDate', { running: { label: 'main-abc' } }));
const waiting = view(
  cluster('waiting', {
    status: { state: 'waiting', summary: 'for the first image', message: '' },
  }),
);
const progressing = view(
  cluster('progressing', {
    status: { state: 'progressing', summary: '', message: '1 of 2 ready' },
  }),
);

type Answer = { status?: number; body?: unknown };

describe('flux:rollout:await', () => {
  let server: Server;
  let answers: Answer[];
  let asked: { url: string; authorization: string; ifNoneMatch?: string }[];
  beforeEach(async () => {
    asked = [];
    // The last answer stays
    server = createServer((request, response) => {
      const { status = 200, body } =
        answers.length > 1 ? answers.shift()! : answers[0];
      const etag = JSON.stringify(String(JSON.stringify(body)?.length));
      const ifNoneMatch = request.headers['if-none-match'];
      asked.push({
        url: request.url!,
        authorization: request.headers.authorization!,
        ifNoneMatch,
      });
      const same = status === 200 && ifNoneMatch === etag;
      response.writeHead(same ? 304 : status, {
        'content-type': 'application/json',
        ...(status === 200 && { etag }),
      });
      response.end(same || !body ? undefined : JSON.stringify(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  function run(
    given: Answer[],
    options: {
      input?: object;
      pollMs?: number;
      signal?: AbortSignal;
      isDryRun?: boolean;
    } = {},
  ) {
    answers = given;
    const context = createMockActionContext<any>({
      input: options.input ?? { entityRef: 'component:default/orders' },
    });
    Object.assign(context, {
      isDryRun: options.isDryRun,
      ...(options.signal && { signal: options.signal }),
    });
    const info = jest.spyOn(context.logger, 'info');
    const { port } = server.address() as AddressInfo;
    const action = createAwaitRolloutAction({
      auth: mockServices.auth(),
      discovery: mockServices.discovery.mock({
        getBaseUrl: async plugin => `http://127.0.0.1:${port}/api/${plugin}`,
      }),
      pollMs: options.pollMs ?? 1,
    });
    return {
      ended: action.handler(context),
      log: () => info.mock.calls.map(([message]) => message),
      output: () =>
        Object.fromEntries((context.output as jest.Mock).mock.calls),
    };
  }

  it('tells each change once, and ends when everything is rolled out', async () => {
    const { ended, log, output } = run([
      { status: 404 },
      { status: 404 },
      { body: waiting },
      { body: waiting },
      { body: progressing },
      { body: done },
    ]);
    await ended;
    expect(log()).toEqual([
      'component:default/orders: not there yet',
      'component:default/orders: Flux knows it',
      'prod-eu: waiting for the first image',
      'prod-eu: progressing: 1 of 2 ready',
      'prod-eu: up to date, runs main-abc',
    ]);
    expect(output()).toEqual({
      state: 'upToDate',
      running: 'main-abc',
      clusters: [{ name: 'prod-eu', state: 'upToDate', running: 'main-abc' }],
    });
  });

  it('asks the Flux plugin on behalf of who runs the template, for news only', async () => {
    const { ended } = run([
      { body: waiting },
      { body: waiting },
      { body: done },
    ]);
    await ended;
    expect(asked.map(({ url }) => url)).toEqual(
      Array(3).fill('/api/flux/entities/default/component/orders'),
    );
    expect(asked[0].authorization).toMatch(/^Bearer mock-service-token:.*user/);
    expect(asked[0].ifNoneMatch).toBeUndefined();
    expect(asked[1].ifNoneMatch).toBe(asked[2].ifNoneMatch);
  });

  it('is not content with a part', async () => {
    const message = 'No cluster has Kustomization orders/orders';
    const { ended, log } = run([
      { body: { ...done, notFound: [{ message }] } },
      { body: done },
    ]);
    await ended;
    expect(log()).toContain(message);
    expect(asked).toHaveLength(2);
  });

  it('ends early when nothing will go on by itself', async () => {
    const stalled = view(
      cluster('stalled', {
        cause: {
          title: 'HelmRelease orders gave up after 3 retries',
          detail: 'chart not found',
          remedy: 'Correct the chart’s version',
        },
      }),
    );
    const { ended } = run([{ body: waiting }, { body: stalled }]);
    await expect(ended).rejects.toThrow(
      /won’t be rolled out by itself: prod-eu: stalled: HelmRelease orders gave up after 3 retries\. chart not found\. Correct the chart’s version\nNothing is undone/,
    );
  });

  it('goes on while something fails, since that may pass, and tells the cause in the end', async () => {
    const failing = view(
      cluster('failing', {
        cause: { title: 'Kustomization orders cannot apply', remedy: 'Fix it' },
      }),
    );
    const { ended } = run([{ body: failing }], {
      input: { entityRef: 'component:default/orders', timeoutSeconds: 0.05 },
    });
    await expect(ended).rejects.toThrow(
      /was not rolled out within 0\.05 s: prod-eu: failing: Kustomization orders cannot apply\. Fix it\nNothing is undone/,
    );
    expect(asked.length).toBeGreaterThan(1);
  });

  it('says what to look at when Flux never hears of it', async () => {
    const { ended } = run([{ status: 404 }], {
      input: { entityRef: 'component:default/orders', timeoutSeconds: 0.01 },
    });
    await expect(ended).rejects.toThrow(
      /Flux has nothing of it yet; look whether its enrolment is merged/,
    );
  });

  it('outlives a Flux plugin that fails for a moment', async () => {
    const { ended, log } = run([
      { status: 503, body: {} },
      { status: 503, body: {} },
      { body: done },
    ]);
    await ended;
    expect(log()[0]).toMatch(/503.*it is asked again/);
    expect(log()).toHaveLength(3);
  });

  it('says that it could not ask, where it never could', async () => {
    const { ended } = run([{ status: 503, body: {} }], {
      input: { entityRef: 'component:default/orders', timeoutSeconds: 0.01 },
    });
    await expect(ended).rejects.toThrow(
      /was not rolled out within 0\.01 s: .*503[^]*Nothing is undone/,
    );
  });

  it('asks again where it asked too often', async () => {
    const { ended } = run([{ status: 429, body: {} }, { body: done }]);
    await ended;
    expect(asked).toHaveLength(2);
  });

  it('says what to do when the sign-in of who started it has ended', async () => {
    const error = { name: 'AuthenticationError', message: 'token expired' };
    const { ended } = run([{ status: 401, body: { error } }]);
    await expect(ended).rejects.toThrow(
      /can’t be waited for: .*token expired.* The sign-in of who started the task has ended; retry the task\nNothing is undone/,
    );
    expect(asked).toHaveLength(1);
  });

  it('asks nobody for what is no entity', async () => {
    for (const entityRef of ['orders', 'default/orders']) {
      await expect(
        run([{ body: done }], { input: { entityRef } }).ended,
      ).rejects.toThrow(`entityRef '${entityRef}' names no entity`);
    }
    expect(asked).toEqual([]);
  });

  it('does not ask again what it may not know', async () => {
    const error = {
      name: 'NotAllowedError',
      message: 'needs flux.resource.read',
    };
    const { ended } = run([{ status: 403, body: { error } }]);
    await expect(ended).rejects.toThrow(/403.*needs flux\.resource\.read/);
    expect(asked).toHaveLength(1);
  });

  it('ends at once when the task is cancelled, and says what it leaves', async () => {
    const abort = new AbortController();
    const { ended, log } = run([{ body: progressing }], {
      // Only the signal can end this wait
      pollMs: 1_000_000,
      signal: abort.signal,
    });
    ended.catch(() => {});
    while (log().length < 2) {
      await new Promise(resolve => setImmediate(resolve));
    }
    abort.abort();
    await expect(ended).rejects.toThrow(
      /^Cancelled while waiting for component:default\/orders\. Nothing is undone.*last it said: prod-eu: progressing: 1 of 2 ready/,
    );
    expect(asked).toHaveLength(1);
  });

  it('waits for one Kustomization of a cluster', async () => {
    const { status } = cluster('upToDate');
    const { ended, output } = run(
      [{ body: { resource: { status, version: { label: 'main@1a2b3c' } } } }],
      { input: { cluster: 'prod-eu', namespace: 'shop', name: 'orders' } },
    );
    await ended;
    expect(new URL(asked[0].url, 'http://x').searchParams.get('id')).toBe(
      'prod-eu/kustomize.toolkit.fluxcd.io/Kustomization/shop/orders',
    );
    expect(output().running).toBe('main@1a2b3c');
    await expect(
      run([{}], { input: { name: 'orders' } }).ended,
    ).rejects.toThrow(/Give entityRef, or cluster, namespace and name/);
  });

  it('asks nobody in a dry run', async () => {
    await run([{ status: 500 }], { isDryRun: true }).ended;
    expect(asked).toEqual([]);
  });
});
