import { conclude, HelmContext, now, update } from './HelmContext';
import { runHooks } from './hooks';
import type { Release } from './Release';
import { deleteResources, resourcesOf, waitForDeletion } from './resources';

/** `helm rollback` to a version. */
export async function rollback(
  to: number,
  context: HelmContext,
): Promise<void> {
  const { name, storage, resources } = context;
  const history = await storage.history(name);
  const [current] = history;
  const previous = history.find(({ version }) => version === to);
  if (!current || !previous) {
    throw new Error('release: not found');
  }
  const release: Release = {
    ...previous,
    info: {
      ...previous.info,
      first_deployed: current.info.first_deployed,
      last_deployed: now(),
      description: `Rollback to ${to}`,
      status: 'pending-rollback',
    },
    version: current.version + 1,
  };
  await storage.create(release, context.maxHistory);
  try {
    const target = await resourcesOf(
      release.manifest,
      release.namespace,
      resources.client,
    );
    await update(current, release, target, 'rollback', context);
  } catch (error) {
    current.info.status = 'superseded';
    await storage.update(current);
    await conclude(
      release,
      'failed',
      `Rollback "${name}" failed: ${(error as Error).message}`,
      storage,
    );
    throw error;
  }
  for (const deployed of history.filter(
    ({ info }) => info.status === 'deployed',
  )) {
    deployed.info.status = 'superseded';
    await storage.update(deployed);
  }
  await conclude(release, 'deployed', `Rollback to ${to}`, storage);
}

/** `helm uninstall`; false when there is no such release. */
export async function uninstall(
  context: HelmContext,
  options: {
    keepHistory: boolean;
    propagation?: 'Background' | 'Foreground' | 'Orphan';
  },
): Promise<boolean> {
  const { name, storage, resources } = context;
  const history = await storage.history(name);
  const [release] = history;
  if (!release) {
    return false;
  }
  const purge = async () => {
    for (const version of history) {
      await storage.delete(version);
    }
  };
  if (release.info.status === 'uninstalled') {
    if (!options.keepHistory) {
      await purge();
    }
    return true;
  }
  release.info.status = 'uninstalling';
  release.info.deleted = now();
  release.info.description = 'Deletion in progress (or silently failed)';
  if (context.hooks) {
    await runHooks(release, 'pre-delete', resources);
  }
  await storage.update(release);
  const objects = await resourcesOf(
    release.manifest,
    release.namespace,
    resources.client,
  );
  const deleted = await deleteResources(
    objects,
    resources,
    options.propagation,
  );
  if (context.wait) {
    await waitForDeletion(deleted, resources);
  }
  if (context.hooks) {
    await runHooks(release, 'post-delete', resources);
  }
  if (!options.keepHistory) {
    await purge();
    return true;
  }
  release.info.status = 'uninstalled';
  release.info.description = 'Uninstallation complete';
  await storage.update(release);
  return true;
}
