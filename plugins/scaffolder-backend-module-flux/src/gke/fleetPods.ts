import type { ComputePrice } from './prices';

/**
 * What the fleet itself asks of the cluster: Flux, Contour, cert-manager and Flagger with its Prometheus and load tester.
 * Autopilot bills what pods request, so that its price rests on this.
 */
const FLEET: { pods: number; vcpu: number; gib: number }[] = [
  // Flux: the source controller, and five others; Autopilot makes their 64 MiB as many GiB as vCPU
  { pods: 1, vcpu: 0.05, gib: 0.0625 },
  { pods: 5, vcpu: 0.1, gib: 0.1 },
  // Contour, and Envoy on each of three nodes
  { pods: 2, vcpu: 0.1, gib: 0.125 },
  { pods: 3, vcpu: 0.1, gib: 0.25 },
  // cert-manager, its webhook and its injector
  { pods: 3, vcpu: 0.05, gib: 0.125 },
  // Flagger, its load tester, and Prometheus
  { pods: 2, vcpu: 0.05, gib: 0.0625 },
  { pods: 1, vcpu: 0.1, gib: 0.5 },
];

const sumOf = (pick: (pods: (typeof FLEET)[number]) => number) =>
  FLEET.reduce((sum, pods) => sum + pods.pods * pick(pods), 0);

/** All that the fleet itself requests. */
export const FLEET_REQUESTS: ComputePrice & { pods: number } = {
  pods: sumOf(() => 1),
  vcpu: sumOf(({ vcpu }) => vcpu),
  gib: sumOf(({ gib }) => gib),
};

/** What one runner requests while a job is on it, as in `templates/gke-fleet/runners`. */
export const RUNNER_REQUESTS: ComputePrice = { vcpu: 1, gib: 2 };

/** What the runners’ controller and listener request, job or not. */
export const RUNNER_CONTROLLER_REQUESTS: ComputePrice = {
  vcpu: 0.1,
  gib: 0.1875,
};
