import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { utils } from 'ssh2';
import { FakeCluster } from '../__testUtils__/fakeCluster';
import { FakeGithub, startFakeGithub } from '../__testUtils__/fakeGithub';
import { createDeployKeyAction } from './createDeployKey';

const NAMESPACE = '/api/v1/namespaces/orders';
const SECRET = `${NAMESPACE}/secrets/orders-git`;
const KEYS = '/repos/acme/orders/keys';

describe('flux:deploy-key:create', () => {
  let github: FakeGithub;
  let cluster: FakeCluster;
  beforeEach(async () => {
    github = await startFakeGithub();
    github.addRepository('acme/orders');
    github.answer(`POST ${KEYS}`, 201, { id: 7 });
    github.answer(`DELETE ${KEYS}/7`, 204);
    cluster = new FakeCluster();
  });
  afterEach(() => github.stop());

  function prepare(input: Record<string, string | boolean> = {}) {
    const said: unknown[] = [];
    const action = createDeployKeyAction({
      integrations: ScmIntegrations.fromConfig(new ConfigReader(github.config)),
      clusterAccess: cluster,
    });
    const context = createMockActionContext<any>({
      input: {
        repoUrl: `${github.host}?owner=acme&repo=orders`,
        cluster: 'prod-eu',
        namespace: 'orders',
        secretName: 'orders-git',
        ...input,
      },
    });
    for (const level of ['debug', 'info', 'warn', 'error'] as const) {
      jest.spyOn(context.logger, level).mockImplementation((...args) => {
        said.push(args);
      });
    }
    return { context, said, run: () => action.handler(context) };
  }

  const githubWrites = () =>
    github.calls
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`);

  it('registers the public half and stores the private one where Flux looks', async () => {
    const { context, run } = prepare();
    await run();

    const posted = github.calls.find(call => call.method === 'POST')!.body;
    expect(posted).toMatchObject({
      title: 'Flux in prod-eu, namespace orders, Secret orders-git',
      read_only: false,
    });
    const secret = cluster.objects.get(SECRET);
    const data = Object.fromEntries(
      Object.entries<string>(secret.data).map(([key, value]) => [
        key,
        Buffer.from(value, 'base64').toString(),
      ]),
    );
    expect(data['identity.pub'].trim()).toBe(posted.key);
    expect(data.known_hosts).toBe('127.0.0.1 ssh-ed25519 AAAAhostkey\n');
    const identity = utils.parseKey(data.identity);
    const pub = utils.parseKey(posted.key);
    if (identity instanceof Error || pub instanceof Error) {
      throw new Error('The keys can’t be read');
    }
    expect(identity.getPublicSSH()).toEqual(pub.getPublicSSH());
    expect(
      Object.fromEntries((context.output as jest.Mock).mock.calls),
    ).toEqual({
      sshUrl: 'ssh://git@127.0.0.1/acme/orders.git',
      repositoryUrl: `http://${github.host}/acme/orders`,
    });
  });

  it('never says the private key, nor keeps it in a checkpoint', async () => {
    const { context, said, run } = prepare();
    const checkpoint = jest.spyOn(context, 'checkpoint');
    await run();
    const identity = Buffer.from(
      cluster.objects.get(SECRET).data.identity,
      'base64',
    ).toString();
    const secretLine = identity.split('\n')[3];
    const everything = JSON.stringify([
      said,
      (context.output as jest.Mock).mock.calls,
      github.calls,
      checkpoint.mock.calls,
    ]);
    expect(secretLine.length).toBeGreaterThan(20);
    expect(everything).not.toContain(secretLine);
    expect(everything).not.toContain('PRIVATE KEY');
  });

  it('takes everything back when the Secret can’t be stored', async () => {
    cluster.fail = ({ method, path }) =>
      method === 'POST' && path.endsWith('/secrets')
        ? FakeCluster.failure(403, 'Forbidden', 'secrets is forbidden')
        : undefined;
    await expect(prepare().run()).rejects.toThrow(
      /create Secret orders\/orders-git: secrets is forbidden.*Removed again: deploy key 7 of acme\/orders, Namespace orders\. The repository acme\/orders is as it was\. .* retry this task/,
    );
    expect(githubWrites()).toEqual([`POST ${KEYS}`, `DELETE ${KEYS}/7`]);
    expect(cluster.objects.has(NAMESPACE)).toBe(false);
  });

  it('takes the namespace back when GitHub refuses the key', async () => {
    github.answer(`POST ${KEYS}`, 422, { message: 'key is already in use' });
    await expect(prepare().run()).rejects.toThrow(
      /key is already in use.*Removed again: Namespace orders/,
    );
    expect(cluster.objects.size).toBe(0);
  });

  it('says what it could not take back', async () => {
    github.answer(`DELETE ${KEYS}/7`, 403, {
      message: 'Must have admin rights',
    });
    cluster.fail = ({ method, path }) =>
      method === 'POST' && path.endsWith('/secrets')
        ? new Error('connection lost')
        : undefined;
    const ended = prepare().run();
    await expect(ended).rejects.toThrow(
      /Removed again: Namespace orders\. Left behind, remove by hand: deploy key 7 of acme\/orders \(.*Must have admin rights/,
    );
    await expect(ended).rejects.not.toThrow(/as it was/);
  });

  it('removes a key of an earlier try whose private half is lost, whatever became of the namespace', async () => {
    github.answer(`GET ${KEYS}`, 200, [
      { id: 5, title: 'Flux in prod-eu, namespace orders, Secret orders-git' },
    ]);
    github.answer(`DELETE ${KEYS}/5`, 204);
    await prepare().run();
    expect(githubWrites()).toEqual([`DELETE ${KEYS}/5`, `POST ${KEYS}`]);
  });

  it('says so when GitHub limits how often it may be asked, which is nothing that rights would mend', async () => {
    github.answer('GET /repos/acme/orders', 403, {
      message: 'API rate limit exceeded for installation ID 1',
    });
    await expect(prepare().run()).rejects.toThrow(
      /because Backstage has asked too often: .*rate limit exceeded.*; try again later/,
    );
  });

  it('makes no key for a namespace that somebody has', async () => {
    cluster.objects.set(NAMESPACE, { owner: 'somebody' });
    await expect(prepare().run()).rejects.toThrow(/already exists/);
    expect(githubWrites()).toEqual([]);
    expect(cluster.objects.get(NAMESPACE)).toEqual({ owner: 'somebody' });
  });

  it('makes nothing for a repository that is not there', async () => {
    const repoUrl = `${github.host}?owner=acme&repo=nothing`;
    await expect(prepare({ repoUrl }).run()).rejects.toThrow(
      /acme\/nothing does not exist/,
    );
    expect(cluster.writes()).toEqual([]);
  });

  it('needs host keys, and takes them from its input where GitHub tells none', async () => {
    github.answer('GET /meta', 200, {});
    await expect(prepare().run()).rejects.toThrow(
      /does not tell its SSH host keys; give them .* knownHosts/,
    );
    expect(cluster.writes()).toEqual([]);
    await prepare({
      knownHosts: 'github.example.com ssh-ed25519 AAAA\n',
    }).run();
    const { known_hosts: stored } = cluster.objects.get(SECRET).data;
    expect(Buffer.from(stored, 'base64').toString()).toBe(
      'github.example.com ssh-ed25519 AAAA\n',
    );
  });

  it('lets Flux only read where that is enough', async () => {
    await prepare({ readOnly: true }).run();
    expect(
      github.calls.find(({ method }) => method === 'POST')!.body,
    ).toMatchObject({ read_only: true });
  });

  describe('when the task is retried', () => {
    const OURS = {
      metadata: {
        name: 'orders',
        annotations: { 'scaffolder.backstage.io/task-id': 'task-1' },
      },
    };
    const retry = (kept = new Map<string, unknown>()) => {
      const { context, run } = prepare();
      Object.assign(context, {
        task: { id: 'task-1' },
        checkpoint: async ({ key, fn }: any) => {
          if (!kept.has(key)) {
            kept.set(key, await fn());
          }
          return kept.get(key);
        },
      });
      return run();
    };

    it('makes no second key', async () => {
      const kept = new Map<string, unknown>();
      await retry(kept);
      await retry(kept);
      expect(githubWrites()).toEqual([`POST ${KEYS}`]);
      expect([...kept.values()]).toEqual([{ stored: true }]);
    });

    it('makes no second key when Backstage died before it noted the first', async () => {
      cluster.objects.set(NAMESPACE, OURS);
      cluster.objects.set(SECRET, {});
      await retry();
      expect(githubWrites()).toEqual([]);
    });

    it('replaces a key whose private half died with Backstage', async () => {
      cluster.objects.set(NAMESPACE, OURS);
      github.answer(`GET ${KEYS}`, 200, [
        {
          id: 5,
          title: 'Flux in prod-eu, namespace orders, Secret orders-git',
        },
        { id: 8, title: 'Flux in prod-eu, namespace orders, Secret other' },
        { id: 6, title: 'Somebody’s' },
      ]);
      github.answer(`DELETE ${KEYS}/5`, 204);
      await retry();
      expect(githubWrites()).toEqual([`DELETE ${KEYS}/5`, `POST ${KEYS}`]);
      expect(cluster.objects.has(SECRET)).toBe(true);
    });

    it('leaves what an earlier try made when it can’t see how far that came', async () => {
      cluster.objects.set(NAMESPACE, OURS);
      cluster.objects.set(SECRET, {});
      cluster.fail = ({ method, path }) =>
        method === 'POST' && path.endsWith('/secrets')
          ? new Error('connection lost')
          : undefined;
      await expect(retry()).rejects.toThrow(/connection lost/);
      expect([...cluster.objects.keys()]).toEqual([NAMESPACE, SECRET]);
      expect(githubWrites()).toEqual([]);
    });

    it('waits until the namespace of the earlier try is gone', async () => {
      cluster.objects.set(NAMESPACE, {
        metadata: { ...OURS.metadata, deletionTimestamp: 'now' },
      });
      let asked = 0;
      cluster.fail = ({ method, path }) => {
        if (method === 'GET' && path === NAMESPACE && asked++ === 1) {
          cluster.objects.delete(NAMESPACE);
          return Response.json({
            metadata: { ...OURS.metadata, deletionTimestamp: 'now' },
          });
        }
        return undefined;
      };
      await retry();
      expect(cluster.objects.has(SECRET)).toBe(true);
    });

    it('leaves a namespace alone that another task made', async () => {
      cluster.objects.set(NAMESPACE, {
        metadata: {
          annotations: { 'scaffolder.backstage.io/task-id': 'task-2' },
        },
      });
      await expect(retry()).rejects.toThrow(/already exists/);
      expect(githubWrites()).toEqual([]);
      expect(cluster.objects.size).toBe(1);
    });
  });
});
