import {
  SUSPENDED_AT_ANNOTATION,
  SUSPENDED_BY_ANNOTATION,
  SUSPENDED_REASON_ANNOTATION,
} from '@backstage-flux/plugin-flux-common';
import {
  KubernetesClient,
  KubernetesObject,
  ObjectKey,
} from '../controllers/client';
import { applications, SeedApplication } from './applications';
import { owner, SeedOptions } from './options';

/** What can only be done once the controllers have brought the objects about. */
export async function seedActions(
  options: SeedOptions,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    applications.flatMap(app =>
      app.clusters.map(async cluster => {
        const client = options.clusters.get(cluster);
        if (client && app.suspend) {
          await suspend(client, app, signal);
        }
        if (client && app.release) {
          await release(options, client, app, signal);
        }
      }),
    ),
  );
}

async function suspend(
  client: KubernetesClient,
  app: SeedApplication,
  signal: AbortSignal,
): Promise<void> {
  const key = {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    namespace: app.name,
    name: app.name,
  };
  const isReady = ({ status }: KubernetesObject) =>
    status?.conditions?.some(
      (c: { type: string; status: string }) =>
        c.type === 'Ready' && c.status === 'True',
    );
  if (app.suspend && (await seen(client, key, isReady, signal))) {
    await client.patch(key, {
      metadata: {
        annotations: {
          [SUSPENDED_BY_ANNOTATION]: app.suspend.by,
          [SUSPENDED_REASON_ANNOTATION]: app.suspend.reason,
          [SUSPENDED_AT_ANNOTATION]: new Date().toISOString(),
        },
      },
      spec: { suspend: true },
    });
  }
}

/** Pushes a change; its workflow builds a second version, of which Flagger then makes a canary. */
async function release(
  options: SeedOptions,
  client: KubernetesClient,
  app: SeedApplication,
  signal: AbortSignal,
): Promise<void> {
  const canary = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    namespace: app.name,
    name: app.name,
  };
  const isInitialized = ({ status }: KubernetesObject) =>
    status?.phase === 'Initialized';
  if (await seen(client, canary, isInitialized, signal)) {
    await options.github.put(`/repos/${owner}/${app.name}/contents/NEWS.md`, {
      message: 'Write down what is new',
      content: Buffer.from('# News\n\nA second version.\n').toString('base64'),
      branch: 'main',
    });
  }
}

/** Waits until an object is as wanted; answers false when the sandbox stops before. */
async function seen(
  client: KubernetesClient,
  key: ObjectKey,
  wanted: (object: KubernetesObject) => boolean | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const found = new AbortController();
  const stop = AbortSignal.any([signal, found.signal]);
  const onEvent = ({ object }: { object: KubernetesObject }) => {
    if (object.metadata.name === key.name && wanted(object)) {
      found.abort();
    }
  };
  await client
    .watch(key, onEvent, { namespace: key.namespace, signal: stop })
    .catch(error => {
      if (!stop.aborted) {
        throw error;
      }
    });
  return found.signal.aborted;
}
