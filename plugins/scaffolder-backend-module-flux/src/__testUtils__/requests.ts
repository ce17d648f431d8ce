import type { ComputePrice } from '../gke/prices';

/** Part of a pod’s or chart’s container. */
interface Container {
  resources: { requests: { cpu: string; memory: string } };
}

/** Kubernetes’ `1Gi` or `64Mi`, in MiB. */
export const mebibytes = (quantity: string) =>
  quantity.endsWith('Gi')
    ? 1024 * parseInt(quantity, 10)
    : parseInt(quantity, 10);

/** Kubernetes’ `2` or `50m`, in cores. */
export const cores = (quantity: string) =>
  quantity.endsWith('m') ? parseInt(quantity, 10) / 1000 : Number(quantity);

/** What containers request together, in the terms of a price. */
export const requestsOf = (containers: Container[]): ComputePrice => ({
  vcpu: containers.reduce(
    (sum, { resources }) => sum + cores(resources.requests.cpu),
    0,
  ),
  gib: containers.reduce(
    (sum, { resources }) => sum + mebibytes(resources.requests.memory) / 1024,
    0,
  ),
});
