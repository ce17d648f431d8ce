import { connect } from 'node:http2';
import { mockServices } from '@backstage/backend-test-utils';
import { startKubernetesApi } from '@backstage-flux/sandbox/kubernetes';
import { certificate } from '../world/certificate';
import { applyCommit, fillClusters } from './fillClusters';
import { RequestCounts } from './RequestCounts';
import { ServedCluster, serveCluster } from './serveCluster';

jest.setTimeout(30_000);

const KUSTOMIZATIONS = '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations';
const FROM_BEGINNING =
  'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

interface Answer {
  status: number;
  etag?: string;
  lines: any[];
}

describe('a fake cluster', () => {
  const counts = new RequestCounts();
  let served: ServedCluster;
  let ca: string;
  let closeSandbox: () => Promise<void>;
  let sandboxUrl: string;

  beforeAll(async () => {
    const tls = await certificate();
    ca = tls.cert;
    served = await serveCluster(tls, {
      latencyMs: 0,
      counts,
      released: Promise.resolve(),
    });
    fillClusters([served.cluster], 30);
    const sandbox = await startKubernetesApi({
      name: 'same',
      port: 0,
      tokens: [{ token: 'ours', user: 'admin', groups: ['system:masters'] }],
      logger: mockServices.logger.mock(),
    });
    sandboxUrl = sandbox.url;
    closeSandbox = () => sandbox.close();
  });

  afterAll(async () => {
    await served.close();
    await closeSandbox();
  });

  /** Reads until as many lines are there as asked for, or the answer ends. */
  function ask(
    path: string,
    options: { lines?: number; headers?: object; meanwhile?: () => void } = {},
  ): Promise<Answer> {
    const session = connect(`https://127.0.0.1:${served.port}`, { ca });
    return new Promise<Answer>((resolve, reject) => {
      const answer: Answer = { status: 0, lines: [] };
      let text = '';
      const stream = session.request({
        ':path': path,
        authorization: 'Bearer ours',
        ...options.headers,
      });
      stream.on('response', headers => {
        answer.status = headers[':status']!;
        answer.etag = headers.etag as string | undefined;
        options.meanwhile?.();
      });
      const done = () => resolve(answer);
      stream.on('data', chunk => {
        text += chunk;
        const complete = text.split('\n');
        text = complete.pop()!;
        answer.lines.push(...complete.map(line => JSON.parse(line)));
        if (options.lines && answer.lines.length >= options.lines) {
          done();
        }
      });
      stream.on('end', () => {
        if (text) {
          answer.lines.push(JSON.parse(text));
        }
        done();
      });
      stream.on('error', reject);
    }).finally(() => session.destroy());
  }

  const list = async (query: string) => {
    const { lines } = await ask(`${KUSTOMIZATIONS}?${query}`);
    return lines[0];
  };
  const names = (answer: any) => answer.items.map((o: any) => o.metadata.name);

  it('answers lists and watches in the shape that the sandbox does', async () => {
    const [{ apiVersion, kind, metadata, spec }] = (await list('')).items;
    const { namespace, name } = metadata;
    const post = (path: string, body: object) =>
      fetch(`${sandboxUrl}${path}`, {
        method: 'POST',
        headers: {
          authorization: 'Bearer ours',
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      });
    await post('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    const path = KUSTOMIZATIONS.replace(
      /[^/]+$/,
      `namespaces/${namespace}/kustomizations`,
    );
    const object = { apiVersion, kind, metadata: { namespace, name }, spec };
    expect((await post(path, object)).status).toBe(201);
    const get = async (query: string) =>
      (
        await fetch(`${sandboxUrl}${KUSTOMIZATIONS}?${query}`, {
          headers: { authorization: 'Bearer ours' },
        })
      ).text();

    const theirs = JSON.parse(await get('limit=500'));
    const ours = await list(`fieldSelector=&limit=500&labelSelector=`);
    expect(shape(ours)).toEqual(shape(theirs));

    const theirWatch = (await get(`${FROM_BEGINNING}&timeoutSeconds=1`))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const { lines: ourWatch } = await ask(
      `${KUSTOMIZATIONS}?${FROM_BEGINNING}`,
      { lines: ours.items.length + 1 },
    );
    expect(shape(ourWatch[0])).toEqual(shape(theirWatch[0]));
    expect(shape(ourWatch.at(-1))).toEqual(shape(theirWatch[1]));
    expect(theirWatch[1].object.metadata.annotations).toEqual(
      ourWatch.at(-1).object.metadata.annotations,
    );
  });

  it('lists in pages that make up the whole', async () => {
    const whole = await list('');
    expect(whole.items).toHaveLength(6);
    const first = await list('limit=4');
    expect(first.metadata).toMatchObject({ remainingItemCount: 2 });
    const rest = await list(`limit=4&continue=${first.metadata.continue}`);
    expect(rest.metadata.continue).toBeUndefined();
    expect([...names(first), ...names(rest)]).toEqual(names(whole));
  });

  it('selects by label and namespace', async () => {
    const id = 'labelSelector=backstage.io/kubernetes-id%3Dapp-00001';
    expect(names(await list(id)).sort()).toEqual([
      'app-00001',
      'app-00001-images',
    ]);
    const count = async (path: string, selector: string) =>
      (await ask(`${path}?labelSelector=${encodeURIComponent(selector)}`))
        .lines[0].items.length;
    const owner = 'kustomize.toolkit.fluxcd.io/name';
    expect(await count('/apis/apps/v1/deployments', owner)).toBe(3);
    expect(await count('/apis/apps/v1/deployments', `!${owner}`)).toBe(0);
    expect(await count('/api/v1/namespaces/app-00002/pods', `!${owner}`)).toBe(
      2,
    );
  });

  it('tells of a change to who watches, and again to who comes back later', async () => {
    const { metadata } = await list('');
    const on = `${KUSTOMIZATIONS}?watch=true&resourceVersion=${metadata.resourceVersion}`;
    const commit = 'a'.repeat(40);
    const change = () => applyCommit(served.cluster, 'app-00001', commit);
    const live = await ask(on, { lines: 1, meanwhile: change });
    const later = await ask(on, { lines: 1 });
    expect(later.lines).toEqual(live.lines);
    expect(live.lines[0]).toMatchObject({
      type: 'MODIFIED',
      object: {
        metadata: { name: 'app-00001' },
        status: { lastAppliedRevision: `main@sha1:${commit}` },
      },
    });
    const [event] = live.lines;
    expect(Number(event.object.metadata.resourceVersion)).toBeGreaterThan(
      Number(metadata.resourceVersion),
    );
  });

  it('has nothing new to tell of what it serves', async () => {
    const first = await ask('/apis');
    expect(first.status).toBe(200);
    expect(first.lines[0].kind).toBe('APIGroupDiscoveryList');
    const again = await ask('/apis', {
      headers: { 'if-none-match': first.etag },
    });
    expect(again).toMatchObject({ status: 304, lines: [] });
  });

  it('counts who asked for what', async () => {
    const before = { ...counts.toJSON().ours };
    const watched = 'watchFromBeginning kustomizations';
    await list('');
    await ask(`${KUSTOMIZATIONS}?${FROM_BEGINNING}`, { lines: 1 });
    const after = counts.toJSON().ours;
    expect(after.list - before.list).toBe(1);
    expect(after[watched] - (before[watched] ?? 0)).toBe(1);
    expect(after.discovery).toBe(before.discovery);
  });
});

/** The fields that a client of a list or a watch reads, and of what type they are. */
function shape(answer: any): unknown {
  const of = ({ kind, apiVersion, metadata }: any) => ({
    kind,
    apiVersion,
    resourceVersion: typeof metadata.resourceVersion,
    ...(metadata.name ? { name: typeof metadata.name } : {}),
  });
  return answer.items
    ? { ...of(answer), items: of(answer.items[0]) }
    : { type: answer.type, object: of(answer.object) };
}
