import type { Release } from './Release';
import {
  applyResources,
  deleteResources,
  Resources,
  resourcesOf,
  waitForDeletion,
  waitForEnd,
} from './resources';

/** Runs the hooks of a release for a point of time, lightest first; jobs and pods to their end. */
export async function runHooks(
  release: Release,
  event: string,
  resources: Resources,
): Promise<void> {
  const hooks = (release.hooks ?? []).filter(({ events }) =>
    events.includes(event),
  );
  for (const hook of hooks) {
    const policies = hook.delete_policies?.length
      ? hook.delete_policies
      : ['before-hook-creation'];
    const objects = await resourcesOf(
      hook.manifest,
      release.namespace,
      resources.client,
    );
    if (policies.includes('before-hook-creation')) {
      await waitForDeletion(
        await deleteResources(objects, resources),
        resources,
      );
    }
    try {
      await applyResources(objects, release, resources);
      for (const object of objects) {
        if (object.kind === 'Job' || object.kind === 'Pod') {
          await waitForEnd(object, resources);
        }
      }
    } catch (error) {
      if (policies.includes('hook-failed')) {
        await deleteResources(objects, resources);
      }
      throw new Error(
        `warning: Hook ${event} ${hook.path} failed: ${
          (error as Error).message
        }`,
      );
    }
    if (policies.includes('hook-succeeded')) {
      await deleteResources(objects, resources);
    }
  }
}
