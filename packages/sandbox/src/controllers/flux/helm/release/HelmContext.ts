import type { KubernetesObject } from '../../../client';
import type { Capabilities } from '../chart/render';
import type { HelmLog } from './HelmLog';
import { runHooks } from './hooks';
import type { Release } from './Release';
import type { ReleaseStorage } from './ReleaseStorage';
import {
  applyResources,
  deleteResources,
  Resources,
  resourcesOf,
  waitForResources,
  without,
} from './resources';

/** What Helm's actions need. */
export interface HelmContext {
  name: string;
  namespace: string;
  storage: ReleaseStorage;
  resources: Resources;
  capabilities: Capabilities;
  log: HelmLog;
  maxHistory: number;
  wait: boolean;
  waitForJobs: boolean;
  hooks: boolean;
}

/** The time, as Helm writes it. */
export const now = () => new Date().toISOString();

/** Stores what became of a release. */
export async function conclude(
  release: Release,
  status: 'deployed' | 'failed',
  description: string,
  storage: ReleaseStorage,
) {
  release.info.status = status;
  release.info.description = description;
  await storage.update(release);
}

/** Helm's wait, for what the release consists of. */
export async function wait(objects: KubernetesObject[], context: HelmContext) {
  if (context.wait) {
    await waitForResources(objects, context.resources, {
      forJobs: context.waitForJobs,
    });
  }
}

/** Brings the objects of one release to those of another. */
export async function update(
  before: Release,
  after: Release,
  target: KubernetesObject[],
  event: 'upgrade' | 'rollback',
  context: HelmContext,
) {
  const { resources, log } = context;
  if (context.hooks) {
    await runHooks(after, `pre-${event}`, resources).catch(error => {
      throw new Error(`pre-${event} hooks failed: ${error.message}`);
    });
  }
  log.updating(target.length);
  await applyResources(target, after, resources);
  const current = await resourcesOf(
    before.manifest,
    before.namespace,
    resources.client,
  );
  await deleteResources(without(current, target), resources);
  await wait(target, context);
  if (context.hooks) {
    await runHooks(after, `post-${event}`, resources).catch(error => {
      throw new Error(`post-${event} hooks failed: ${error.message}`);
    });
  }
}
