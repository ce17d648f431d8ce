import { Fleet, recorded } from '../__testUtils__/fleet';
import { recordedRun } from '../__testUtils__/recordings';
import { sequencesOf } from '../__testUtils__/sequences';
import {
  annotate,
  pushImage,
  startShop,
  untilApplied,
} from '../__testUtils__/shop';

jest.setTimeout(60_000);

const TAG = 'main-ddddddd-1700000300';

// What fails for good tells nothing more here.
const isWanted = (id: string) =>
  /\/(fleet|web|infra|apps|git|registry)$/.test(id);

/** The states in the order in which real Flux went through them: a status holds what was before. */
describe('the named states of the fleet', () => {
  let fleet: Fleet;

  const suspend = (id: string, value: boolean) => {
    const [kind, name] = id.split('/');
    return fleet.world.client.patch(fleet.key(kind, name), {
      spec: { suspend: value },
    });
  };

  beforeAll(async () => {
    fleet = await startShop(isWanted);
    await fleet.world.until(
      fleet.key('Kustomization', 'apps'),
      ({ status }) => status?.lastAppliedRevision !== undefined,
    );
  });

  afterAll(() => fleet.close());

  it('settled', async () => {
    const settled = await fleet.states([
      'settled.gitrepository.fleet',
      'settled.imagerepository.web',
      'settled.imagepolicy.web',
      'settled.imageupdateautomation.fleet',
      'settled.kustomization.infra',
      'settled.kustomization.apps',
      'settled.receiver.git',
      'settled.receiver.registry',
    ]);
    expect(settled.actual).toEqual(settled.expected);
  });

  it.each([
    ['annotate', 'main-bbbbbbb-1700000100'],
    ['webhook', 'main-ccccccc-1700000200'],
  ])('committed, rolling and done: %s', async (run, tag) => {
    await pushImage(fleet, tag, () =>
      annotate(fleet, 'ImageRepository', 'web'),
    );
    const committed = await fleet.states([
      `committed-${run}.imageupdateautomation.fleet`,
      `committed-${run}.gitrepository.fleet`,
    ]);
    expect(committed.actual).toEqual(committed.expected);
    await annotate(fleet, 'GitRepository', 'fleet');
    const rolling = await fleet.states([`rolling-${run}.kustomization.apps`]);
    expect(rolling.actual).toEqual(rolling.expected);
    await untilApplied(fleet);
    const done = await fleet.states([
      ...[
        'gitrepository.fleet',
        'imagerepository.web',
        'imagepolicy.web',
        'imageupdateautomation.fleet',
        'kustomization.apps',
      ].map(name => `done-${run}.${name}`),
    ]);
    expect(done.actual).toEqual(done.expected);
  });

  it('update-pending, while the automation is held', async () => {
    await suspend('ImageUpdateAutomation/fleet', true);
    fleet.registry.tags['shop/web'].push(TAG);
    await annotate(fleet, 'ImageRepository', 'web');
    const pending = await fleet.states([
      'update-pending.imagepolicy.web',
      'update-pending.imageupdateautomation.fleet',
    ]);
    expect(pending.actual).toEqual(pending.expected);
  });

  it('push-refused, push-recovered and update-applied', async () => {
    fleet.gitServer.options.refusesPushes = true;
    await suspend('ImageUpdateAutomation/fleet', false);
    const refused = await fleet.states([
      'push-refused.imageupdateautomation.fleet',
    ]);
    expect(refused.actual).toEqual(refused.expected);
    fleet.gitServer.options.refusesPushes = false;
    await annotate(fleet, 'ImageUpdateAutomation', 'fleet');
    const recovered = await fleet.states([
      'push-recovered.imageupdateautomation.fleet',
    ]);
    expect(recovered.actual).toEqual(recovered.expected);
    await annotate(fleet, 'GitRepository', 'fleet');
    const applied = await fleet.states(['update-applied.kustomization.apps']);
    expect(applied.actual).toEqual(applied.expected);
  });

  it('suspended', async () => {
    const ids = [
      'GitRepository/fleet',
      'Kustomization/apps',
      'ImageRepository/web',
      'ImageUpdateAutomation/fleet',
      'ImagePolicy/web',
      'Receiver/git',
    ];
    await Promise.all(ids.map(id => suspend(id, true)));
    const suspended = await fleet.states([
      'suspended.gitrepository.fleet',
      'suspended.kustomization.apps',
      'suspended.imagerepository.web',
      'suspended.imageupdateautomation.fleet',
      'suspended.imagepolicy.web',
      'suspended.receiver.git',
    ]);
    expect(suspended.actual).toEqual(suspended.expected);
    await Promise.all(ids.map(id => suspend(id, false)));
    // Despite its name this one was taken before the automation noticed anything.
    const resumed = await fleet.states([
      'source-failing.imageupdateautomation.fleet',
    ]);
    expect(resumed.actual).toEqual(resumed.expected);
  });

  it('fetch-failed-with-artifact, checkout-failed and recovered', async () => {
    await fleet.repository.git('branch', '-m', 'main', 'gone');
    await annotate(fleet, 'GitRepository', 'fleet');
    const failing = await fleet.states([
      'fetch-failed-with-artifact.gitrepository.fleet',
      'source-failing.kustomization.apps',
    ]);
    expect(failing.actual).toEqual(failing.expected);
    await annotate(fleet, 'ImageUpdateAutomation', 'fleet');
    const checkout = await fleet.states([
      'checkout-failed.imageupdateautomation.fleet',
    ]);
    expect(checkout.actual).toEqual(checkout.expected);
    await fleet.repository.git('branch', '-m', 'gone', 'main');
    await annotate(fleet, 'GitRepository', 'fleet');
    const recovered = await fleet.states(['recovered.gitrepository.fleet']);
    expect(recovered.actual).toEqual(recovered.expected);
  });

  it('registry-back, the registry-down run and registry-down', async () => {
    // The registry came back with the last image only.
    fleet.registry.tags['shop/web'] = [TAG];
    await annotate(fleet, 'ImageRepository', 'web');
    const back = await fleet.states(['registry-back.imagerepository.web']);
    expect(back.actual).toEqual(back.expected);

    const id = 'ImageRepository/web';
    const expected = sequencesOf(recordedRun('registry-down'), recorded())[id];
    const since = fleet.mark();
    await fleet.registry.stop();
    await annotate(fleet, 'ImageRepository', 'web');
    expect(await fleet.sequence(id, expected, since)).toEqual(expected);
    const down = await fleet.states([
      'registry-down.imagerepository.web',
      'registry-down.imagepolicy.web',
    ]);
    expect(down.actual).toEqual(down.expected);
    await fleet.registry.start();
  });

  it('broken-commit, dependency-not-ready and fixed-commit', async () => {
    const shop = (more = '') =>
      `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop${more}}\n`;
    const commit = async (files: Record<string, string | undefined>) => {
      const id = await fleet.repository.commit(files);
      await annotate(fleet, 'GitRepository', 'fleet');
      return `main@sha1:${id}`;
    };
    // Three commits went before the broken one, and are in the history.
    for (const files of [
      { 'infra/shop.yaml': shop(', labels: {a: b}') },
      { 'infra/shop.yaml': shop() },
      {
        'stuck/more.yaml':
          'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
      },
    ]) {
      const revision = await commit(files);
      await fleet.world.until(
        fleet.key('Kustomization', 'apps'),
        ({ status }) => status.lastAppliedRevision === revision,
      );
    }
    await commit({
      'infra/bad.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: bad, namespace: default}\nspec: {replicas: "many", selector: {matchLabels: {app: bad}}, template: {metadata: {labels: {app: bad}}, spec: {containers: [{name: c, image: c}]}}}\n',
    });
    const broken = await fleet.states([
      'broken-commit.kustomization.infra',
      'dependency-not-ready.kustomization.apps',
    ]);
    expect(broken.actual).toEqual(broken.expected);
    await commit({ 'infra/bad.yaml': undefined });
    const fixed = await fleet.states([
      'fixed-commit.kustomization.infra',
      'fixed-commit.kustomization.apps',
    ]);
    expect(fixed.actual).toEqual(fixed.expected);
  });
});
