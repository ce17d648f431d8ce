import { startWorld } from './__testUtils__/retries';

jest.setTimeout(180_000);

type World = Awaited<ReturnType<typeof startWorld>>;

/** What somebody fills in who changes nothing else. */
const goodValues = {
  name: 'orders',
  description: 'Takes orders',
  owner: 'group:default/shop',
  stack: 'node',
  repoOwner: 'acme',
  visibility: 'private',
  imageAccess: 'public',
  cluster: 'prod-eu',
  environments: 'one',
  enrolment: 'fleet',
  updates: 'commit',
  notify: 'poll',
  exposure: 'none',
  rollout: 'rolling',
};

/** What is refused once, in the order of the steps, and the step that fails of it. */
const FAULTS: [step: string, refusal: RegExp][] = [
  ['check', /^GET .*\/users\/acme$/],
  ['validate', /^GET \/openapi\/v3$/],
  ['publish', /^POST .*\/orgs\/acme\/repos$/],
  ['publish', /^POST .*git-receive-pack$/],
  ['key', /^POST .*\/repos\/acme\/orders\/keys$/],
  ['key', /^POST .*\/secrets\?/],
  ['fleet', /^POST .*\/pulls$/],
];

describe('a task of flux-app that is retried', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({
      taskRecovery: { enabled: true, workspaceProvider: 'test' },
    });
  });
  afterAll(() => world.stop());

  const done = (pattern: RegExp) =>
    [...world.calls, ...world.clusterCalls].filter(line => pattern.test(line));

  it('goes on where it stopped, whatever failed, and makes nothing twice', async () => {
    world.refuse(...FAULTS.map(([, refusal]) => refusal));
    world.refuseLocation();
    const first = await world.create(goodValues);
    const failed = [first];
    while (failed.at(-1)!.status === 'failed' && failed.length < 12) {
      failed.push({ id: first.id, ...(await world.retry(first.id)) });
    }
    const last = failed.pop()!;
    expect(last).toMatchObject({ status: 'completed', error: '' });
    expect(failed.map(({ step }) => step)).toEqual([
      ...FAULTS.map(([step]) => step),
      'register',
    ]);

    expect(done(/^POST .*\/orgs\/acme\/repos$/)).toHaveLength(1);
    expect(done(/^POST .*git-receive-pack$/)).toHaveLength(1);
    expect(done(/^POST .*\/pulls$/)).toHaveLength(1);
    // The key of the try whose Secret was refused was taken back
    expect(done(/^(POST|DELETE) .*\/orders\/keys/).map(l => l[0])).toEqual([
      ...'PDP',
    ]);
    const [keys, pulls, tree] = await Promise.all([
      world.gh('GET', '/repos/acme/orders/keys'),
      world.gh('GET', '/repos/acme/fleet-prod-eu/pulls'),
      world.gh('GET', '/repos/acme/orders/git/trees/main?recursive=true'),
    ]);
    expect([keys.length, pulls.length]).toEqual([1, 1]);
    expect(tree.tree.map(({ path }: any) => path)).toEqual(
      expect.arrayContaining([
        'catalog-info.yaml',
        'deploy/app/deployment.yaml',
      ]),
    );
    const files = await world.gh(
      'GET',
      `/repos/acme/fleet-prod-eu/pulls/${pulls[0].number}/files`,
    );
    expect(files.length).toBeGreaterThan(2);
    expect(
      world
        .objects('Secret')
        .filter(({ metadata }) => metadata.namespace === 'orders'),
    ).toHaveLength(1);
  });

  it('is not what a new task is: that one is told to retry, and changes nothing', async () => {
    const before = done(/^(POST|DELETE|PUT|PATCH) /).length;
    const another = await world.create(goodValues);
    expect(another).toMatchObject({ status: 'failed', step: 'check' });
    expect(another.error).toMatch(
      /^Name: the catalog has component:default\/orders already; if an earlier task of yours made it, retry that task at \/create\/tasks/,
    );
    expect(another.error).toMatch(
      /acme\/orders exists on[\s\S]*namespace 'orders' already/,
    );
    expect(done(/^(POST|DELETE|PUT|PATCH) /)).toHaveLength(before);
  });
});
