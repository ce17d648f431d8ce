import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import { startKubernetesApi } from '../../../kubernetes';
import type { KubernetesObject, ObjectKey } from '../../client';
import { HttpKubernetesClient } from '../../HttpKubernetesClient';
import { Controller, runControllers } from '../../runtime';
import { ArtifactServer, fluxControllers } from '../index';
import type { KustomizationOptions } from '../kustomization/kustomization';
import { git } from '../lib/git';

const warnings: string[] = [];
const logger = mockServices.logger.mock({
  child: () =>
    mockServices.logger.mock({ warn: text => void warnings.push(text) }),
});

/** A Git repository with a work tree to change it. */
export async function createRepository(directory: string, name = 'origin') {
  const bare = join(directory, `${name}.git`);
  const work = join(directory, `${name}-work`);
  await git(['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  await git(['init', '--quiet', '--initial-branch=main', work]);
  const run = async (...args: string[]) =>
    (
      await git(args, {
        cwd: work,
        env: {
          GIT_AUTHOR_NAME: 'test',
          GIT_AUTHOR_EMAIL: 'test@example.com',
          GIT_COMMITTER_NAME: 'test',
          GIT_COMMITTER_EMAIL: 'test@example.com',
        },
      })
    )
      .toString()
      .trim();
  return {
    bare,
    url: `file://${bare}`,
    /** Writes files (undefined removes one), commits and pushes; the commit's id. */
    commit: async (
      files: Record<string, string | undefined>,
      message = 'change',
    ) => {
      const heads = await run('ls-remote', '--heads', bare, 'main');
      if (heads) {
        await run('fetch', '--quiet', bare, 'main');
        await run('reset', '--hard', '--quiet', 'FETCH_HEAD');
      }
      for (const [path, text] of Object.entries(files)) {
        if (text === undefined) {
          await rm(join(work, path));
        } else {
          await mkdir(dirname(join(work, path)), { recursive: true });
          await writeFile(join(work, path), text);
        }
      }
      await run('add', '--all');
      await run('commit', '--quiet', '--message', message);
      await run('push', '--quiet', bare, 'HEAD:refs/heads/main');
      return run('rev-parse', 'HEAD');
    },
    show: async (what: string) =>
      (await git(['show', what], { cwd: bare })).toString(),
    git: (...args: string[]) => git(args, { cwd: bare }),
  };
}

/** One cluster with Flux's controllers, and what happens to an object's conditions. */
export async function startWorld(
  more: Controller[] = [],
  settings: KustomizationOptions = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'flux-'));
  const api = await startKubernetesApi({
    name: 'test',
    port: 0,
    logger,
    tokens: [{ token: 'root', user: 'admin', groups: ['system:masters'] }],
  });
  const client = new HttpKubernetesClient({
    url: api.url,
    token: 'root',
    logger,
  });
  const artifacts = new ArtifactServer({
    directory: join(directory, 'artifacts'),
  });
  await artifacts.start();
  const abort = new AbortController();
  const seen: KubernetesObject[] = [];
  const watch = (type: { apiVersion: string; kind: string }) =>
    client.watch(type, event => seen.push({ ...event.object, ...type }), {
      signal: abort.signal,
    });
  const controllers = [
    ...fluxControllers({
      directory,
      artifacts,
      healthPollMs: 50,
      ...settings,
    }),
    ...more,
  ];
  const watches = [
    ...controllers.slice(0, 6).map(({ type }) => type),
    { apiVersion: 'v1', kind: 'Event' },
  ].map(watch);
  const running = runControllers(controllers, {
    client,
    logger,
    signal: abort.signal,
  });

  return {
    directory,
    client,
    api,
    artifacts,
    apply: (...objects: KubernetesObject[]) =>
      objects.reduce(
        (before, object) =>
          before.then(() =>
            client.apply(object, { fieldManager: 'test', force: true }),
          ),
        Promise.resolve<unknown>(undefined),
      ),
    /** The object as soon as it is as described. */
    until: async (
      key: ObjectKey,
      isSo: (object: KubernetesObject) => boolean,
    ): Promise<KubernetesObject> => {
      const deadline = Date.now() + 10_000;
      for (;;) {
        const object = await client.get(key);
        if (object && isSo(object)) {
          return object;
        }
        if (Date.now() > deadline) {
          throw new Error(
            `Gave up on ${key.kind} ${key.name}: ${JSON.stringify(
              object?.status,
            )}; warnings: ${warnings.slice(-3).join('\n')}`,
          );
        }
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    },
    reconcile: (key: ObjectKey) =>
      client.patch(key, {
        metadata: {
          annotations: {
            'reconcile.fluxcd.io/requestedAt': new Date().toISOString(),
          },
        },
      }),
    /** Every version of every object that was seen, in order; grows. */
    seen,
    history: (kind: string, name: string) =>
      seen.filter(
        object => object.kind === kind && object.metadata.name === name,
      ),
    events: async (kind: string, name: string) =>
      (await client.list({ apiVersion: 'v1', kind: 'Event' }))
        .filter(
          event =>
            event.involvedObject.kind === kind &&
            event.involvedObject.name === name,
        )
        .map(event => ({
          type: event.type,
          reason: event.reason,
          message: event.message,
        })),
    close: async () => {
      abort.abort();
      await Promise.all([running, ...watches]);
      await artifacts.close();
      await api.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export function condition(object: KubernetesObject | undefined, type: string) {
  return (object?.status?.conditions as any[] | undefined)?.find(
    entry => entry.type === type,
  );
}
