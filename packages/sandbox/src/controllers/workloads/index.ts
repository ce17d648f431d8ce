import type { Controller } from '../runtime';
import { canaryController } from './canary';
import { daemonSetController } from './daemonSet';
import { deploymentController } from './deployment';
import { jobController } from './job';
import { kubelet, type KubeletOptions } from './kubelet';
import { replicaSetController } from './replicaSet';
import { scheduler } from './scheduler';
import { serviceAccountController } from './serviceAccount';
import { statefulSetController } from './statefulSet';

export interface WorkloadControllersOptions extends KubeletOptions {}

/**
 * What runs workloads in a cluster that has an API server only: the workload controllers, a
 * scheduler, a kubelet without containers, and Flagger's part for canaries.
 */
export function workloadControllers(
  options: WorkloadControllersOptions = {},
): Controller[] {
  return [
    serviceAccountController(),
    deploymentController(),
    replicaSetController(),
    statefulSetController(),
    daemonSetController(),
    jobController(),
    scheduler(),
    kubelet(options),
    canaryController(),
  ];
}
