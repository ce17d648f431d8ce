import { gunzipSync, gzipSync } from 'node:zlib';
import { helloChart } from './__testUtils__/charts';
import { key, startHelmWorld } from './__testUtils__/helmWorld';
import { HELM_RELEASE } from './helmRelease';
import type { Release } from './release/Release';

jest.setTimeout(60_000);

const SECRETS = { apiVersion: 'v1', kind: 'Secret' };

const unpack = (data: string): Release =>
  JSON.parse(
    gunzipSync(
      Buffer.from(Buffer.from(data, 'base64').toString(), 'base64'),
    ).toString(),
  );
const pack = (release: Release): string =>
  Buffer.from(gzipSync(JSON.stringify(release)).toString('base64')).toString(
    'base64',
  );

describe('the state of a release', () => {
  let world: Awaited<ReturnType<typeof startHelmWorld>>;

  beforeAll(async () => {
    world = await startHelmWorld(helloChart());
  });

  afterAll(() => world.close());

  const secretKey = (name: string, version = 1) =>
    key(SECRETS, `sh.helm.release.v1.shop-${name}.v${version}`);
  const versions = (status: any) =>
    status.history.map((entry: any) => `${entry.version} ${entry.status}`);

  /** Changes what is stored, and has the HelmRelease find it. */
  async function tamper(name: string, change: (release: Release) => void) {
    const { data } = (await world.client.get(secretKey(name)))!;
    const release = unpack(data.release);
    change(release);
    await world.client.patch(secretKey(name), {
      data: { release: pack(release) },
    });
    await world.reconcile(key(HELM_RELEASE, name));
  }

  it('is where Helm keeps it', async () => {
    await world.release('stored', { values: { replicas: 3 } });
    await world.ready('stored', 'InstallSucceeded');
    const secret = (await world.client.get(secretKey('stored')))!;
    expect(secret).toMatchObject({
      type: 'helm.sh/release.v1',
      metadata: {
        labels: {
          name: 'shop-stored',
          owner: 'helm',
          status: 'deployed',
          version: '1',
        },
      },
    });
    const release = unpack(secret.data.release);
    expect(release).toMatchObject({
      name: 'shop-stored',
      namespace: 'shop',
      config: { replicas: 3 },
      info: { status: 'deployed', description: 'Install complete' },
    });
    expect(release.manifest).toContain(
      '# Source: hello/templates/deployment.yaml',
    );
  });

  it('is unknown once somebody has changed it, which an upgrade mends', async () => {
    await tamper('stored', release => {
      release.config = { replicas: 9 };
    });
    const { status } = await world.ready('stored', 'UpgradeSucceeded');
    expect(versions(status)).toEqual(['2 deployed']);
    expect(await world.client.get(secretKey('stored'))).toMatchObject({
      metadata: { labels: { status: 'superseded' } },
    });
  });

  it('is freed of an upgrade that was interrupted', async () => {
    await world.release('locked', { values: { replicas: 1 } });
    await world.ready('locked', 'InstallSucceeded');
    await tamper('locked', release => {
      release.info.status = 'pending-upgrade';
    });
    const { status } = await world.ready('locked', 'UpgradeSucceeded');
    expect(versions(status)).toEqual(['2 deployed', '1 superseded']);
    expect(await world.events('HelmRelease', 'locked')).toContainEqual({
      type: 'Normal',
      reason: 'PendingRelease',
      message: expect.stringMatching(
        /^Unlocked Helm release shop\/shop-locked\.v1 with chart hello@0\.1\.0\+[0-9a-f]{12} in pending-upgrade state$/,
      ),
    });
  });

  it('goes back no further than the object asks for', async () => {
    await world.release('short', { maxHistory: 2, values: { replicas: 1 } });
    await world.ready('short', 'InstallSucceeded');
    for (const replicas of [2, 3, 4]) {
      await world.client.patch(key(HELM_RELEASE, 'short'), {
        spec: { values: { replicas } },
      });
      await world.ready('short', 'UpgradeSucceeded');
    }
    const secrets = await world.client.list(SECRETS, {
      labelSelector: 'owner=helm,name=shop-short',
    });
    expect(
      secrets.map(({ metadata }) => metadata.labels!.version).sort(),
    ).toEqual(['3', '4']);
  });
});
