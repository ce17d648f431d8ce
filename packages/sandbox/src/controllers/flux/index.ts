import { join } from 'node:path';
import type { Controller } from '../runtime';
import { helmReleaseReconciler } from './helm/helmRelease';
import { imagePolicyReconciler } from './image/imagePolicy';
import { imageRepositoryReconciler } from './image/imageRepository';
import { imageUpdateAutomationReconciler } from './image/imageUpdateAutomation';
import { TagDatabase } from './image/TagDatabase';
import {
  KustomizationOptions,
  kustomizationReconciler,
} from './kustomization/kustomization';
import { fluxController } from './lib/controller';
import { receiverReconciler } from './notification/receiver';
import { Webhooks } from './notification/webhooks';
import type { ArtifactServer } from './source/ArtifactServer';
import { gitRepositoryReconciler } from './source/gitRepository';
import { helmChartReconciler } from './source/helmChart';
import { helmRepositoryReconciler } from './source/helmRepository';
import { unsupportedReconcilers } from './unsupported';

export { ArtifactServer } from './source/ArtifactServer';

/** What Flux's controllers of one cluster need. */
export interface FluxControllersOptions extends KustomizationOptions {
  /** Clones are kept here; one directory per cluster. */
  directory: string;
  /**
   * A started server; `status.artifact.url` points to it, and the Receivers' webhooks are below
   * `/hook/` on it. One per cluster.
   */
  artifacts: ArtifactServer;
}

/**
 * The part of Flux that the sandbox plays, for one cluster. Kinds that it does not play say so in
 * their Ready condition.
 */
export function fluxControllers(options: FluxControllersOptions): Controller[] {
  const directory = join(options.directory, 'flux');
  const database = new TagDatabase(join(directory, 'tags.json'));
  const webhooks = new Webhooks();
  options.artifacts.route('/hook/', webhooks.handle);
  return [
    gitRepositoryReconciler({ directory, artifacts: options.artifacts }),
    kustomizationReconciler(options),
    imageRepositoryReconciler(database),
    imagePolicyReconciler(database),
    imageUpdateAutomationReconciler({ directory }),
    receiverReconciler(webhooks),
    helmRepositoryReconciler(options),
    helmChartReconciler(options),
    helmReleaseReconciler(options),
    ...unsupportedReconcilers(),
  ].map(fluxController);
}
