import { ClusterConnection } from '@backstage-flux/plugin-flux-common';
import { KubernetesApiOptions } from '@backstage-flux/sandbox/kubernetes';
import { OLD_SERVER, TestCluster } from '../__testUtils__/cluster';
import { countRequests, startWorld, World } from '../__testUtils__/world';

const KUSTOMIZATIONS = '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations';

// The Kubernetes plugin's proxy doesn't tell that the connection behind it has broken
const BROKEN = /it has fallen silent|it broke the connection off/;

const unreadable = (message: string | RegExp) => ({
  state: 'live' as const,
  missing: [
    {
      kind: 'Kustomization',
      reason: 'unreadable' as const,
      message: expect.stringMatching(message),
    },
  ],
});

interface Trouble {
  name: string;
  begin: (api: TestCluster) => void;
  /** What is said of the cluster meanwhile. */
  tells: Partial<ClusterConnection>;
  /** False where nothing of the entity is left in the cluster. */
  inView?: boolean;
  /** Clears the faults where it isn't said. */
  end?: (api: TestCluster) => void;
  /** What the API server can't do. */
  cluster?: Partial<KubernetesApiOptions>;
}

const troubles: Trouble[] = [
  {
    name: 'a watch that breaks off in the middle of each event',
    begin: api => api.setFault(KUSTOMIZATIONS, { watch: 'half' }),
    // What a watch can't tell is listed, so there is nothing to complain of
    tells: { state: 'live' },
  },
  {
    name: 'watches that break off at once',
    begin: api => api.setFault(KUSTOMIZATIONS, { watch: 'cut' }),
    tells: unreadable(BROKEN),
  },
  {
    name: 'a watch that is accepted and silent',
    begin: api => api.setFault(KUSTOMIZATIONS, { watch: 'silent' }),
    tells: unreadable('it has fallen silent'),
  },
  {
    name: '410 as an event, at once and again',
    begin: api => api.setFault(KUSTOMIZATIONS, { watch: 'gone' }),
    tells: unreadable('410'),
  },
  {
    name: '410 as an event, at once and again, from an old API server',
    begin: api => api.setFault(KUSTOMIZATIONS, { watch: 'gone' }),
    tells: unreadable('410'),
    cluster: OLD_SERVER,
  },
  {
    name: '410 as an answer, at once and again',
    begin: api => {
      api.setFault(KUSTOMIZATIONS, { status: 410 });
      api.disconnect();
    },
    tells: unreadable('410'),
  },
  {
    name: '500 for one kind',
    begin: api => {
      api.setFault(KUSTOMIZATIONS, { status: 500, message: 'no etcd' });
      api.disconnect();
    },
    tells: unreadable('it answered 500: no etcd'),
  },
  {
    name: '500 for everything',
    begin: api => {
      api.setFault('/', { status: 500, message: 'no etcd' });
      api.disconnect();
    },
    tells: { state: 'stale', reason: 'it answered 500: no etcd' },
  },
  {
    name: '500 for everything but discovery',
    begin: api => {
      api.setFault(/^\/apis?\/.*\//, { status: 500, message: 'no etcd' });
      api.disconnect();
    },
    tells: { state: 'stale', reason: 'it answered 500: no etcd' },
  },
  {
    name: '429 with Retry-After',
    begin: api => {
      api.setFault('/', { status: 429, retryAfterSeconds: 1 });
      api.disconnect();
    },
    tells: {
      state: 'stale',
      reason: 'it is overloaded and asks to be left alone (429)',
    },
  },
  {
    name: 'the page of a proxy in front of it',
    begin: api => {
      api.setFault('/', { body: 'html' });
      api.disconnect();
    },
    tells: { state: 'stale', reason: expect.stringMatching(/502/) },
  },
  {
    name: 'an answer to discovery that is no JSON',
    begin: api => api.setFault(/^\/apis$/, { body: 'malformed' }),
    tells: {
      state: 'stale',
      reason: 'its answer isn’t one of a Kubernetes API server',
    },
  },
  {
    name: 'lists that are no JSON',
    begin: api => {
      api.setFault(KUSTOMIZATIONS, { body: 'malformed' });
      api.disconnect();
    },
    tells: unreadable('its answer isn’t one of a Kubernetes API server'),
    cluster: OLD_SERVER,
  },
  {
    name: 'a line of a watch that is no JSON',
    begin: api => api.setFault(KUSTOMIZATIONS, { watch: 'malformed' }),
    tells: unreadable('its answer isn’t one of a Kubernetes API server'),
  },
  {
    name: 'an API server that hangs, running watches included',
    begin: api => api.setFault('/', { hang: true }),
    tells: { state: 'stale', reason: 'it didn’t answer within 0.5 s' },
  },
  {
    name: '403 for one kind',
    begin: api => {
      api.setFault(KUSTOMIZATIONS, { status: 403, message: 'not yours' });
      api.disconnect();
    },
    tells: {
      state: 'live',
      missing: [
        { kind: 'Kustomization', reason: 'forbidden', message: 'not yours' },
      ],
    },
  },
  {
    name: 'a kind that is removed, then installed again',
    begin: api =>
      api.setServed('kustomize.toolkit.fluxcd.io', 'Kustomization', false),
    tells: {
      state: 'live',
      missing: [{ kind: 'Kustomization', reason: 'notInstalled' }],
    },
    inView: false,
    end: api =>
      api.setServed('kustomize.toolkit.fluxcd.io', 'Kustomization', true),
  },
  {
    name: 'a token that expires',
    begin: api => api.setTokens([]),
    tells: {
      state: 'stale',
      reason: 'it doesn’t accept Backstage’s credentials (401): Unauthorized',
    },
    end: api =>
      api.setTokens([
        {
          token: 'test-backstage',
          user: 'backstage',
          groups: ['system:masters'],
        },
      ]),
  },
];

describe('a cluster in trouble', () => {
  let world: World;

  afterEach(() => world.close());

  it.each(troubles)('$name', async ({ begin, tells, inView, end, cluster }) => {
    world = await startWorld(['prod-eu', 'prod-us'], { cluster });
    const { 'prod-eu': eu } = world.apis;
    await world.untilTrue('prod-eu', 'prod-us');

    const tooOften = countRequests(eu);
    begin(eu);
    world.touch('prod-eu');
    await world.untilTold('prod-eu', tells, { inView });
    // Meanwhile the other cluster is as live as before
    world.touch('prod-us');
    await world.untilTrue('prod-us');
    await world.untilTold('prod-eu', tells, { inView });
    expect(tooOften()).toEqual([]);

    (end ?? (api => api.clearFaults()))(eu);
    await world.untilTrue('prod-eu');
    world.touch('prod-eu');
    await world.untilTrue('prod-eu');
    expect(tooOften()).toEqual([]);
  });
});
