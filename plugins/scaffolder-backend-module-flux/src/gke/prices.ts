import type { DiskType } from './ClusterChoices';

/** What compute costs, in US dollars an hour. */
export interface ComputePrice {
  vcpu: number;
  gib: number;
}

/** What a region costs, in US dollars. What has no figure has no source that we could read, and is not counted. */
export interface RegionPrices {
  e2: ComputePrice;
  /** Google changes these as often as daily; these are those of the day in `SOURCES`. */
  e2Spot: ComputePrice;
  /** For a GB and month. */
  disk: Record<DiskType, number>;
  /** General-purpose pods, for what they request. */
  autopilot?: ComputePrice;
  /** For an hour, however few of the first five there are. */
  forwardingRules?: number;
}

/** Iowa, South Carolina and Oregon cost the same; E2 with the six decimals of Google’s page. */
const unitedStates: RegionPrices = {
  e2: { vcpu: 0.021811, gib: 0.002923 },
  e2Spot: { vcpu: 0.01309, gib: 0.001754 },
  disk: { 'pd-standard': 0.04, 'pd-balanced': 0.1, 'pd-ssd': 0.17 },
  autopilot: { vcpu: 0.0445, gib: 0.0049225 },
  forwardingRules: 0.025,
};

/** Per region, those that the form offers. */
export const REGIONS: Record<string, RegionPrices> = {
  'us-central1': unitedStates,
  'us-east1': unitedStates,
  'us-west1': unitedStates,
  'europe-west1': {
    e2: { vcpu: 0.023993, gib: 0.003216 },
    e2Spot: { vcpu: 0.01345, gib: 0.001804 },
    disk: { 'pd-standard': 0.04, 'pd-balanced': 0.1, 'pd-ssd': 0.17 },
  },
  'europe-west4': {
    e2: { vcpu: 0.024013, gib: 0.003218 },
    e2Spot: { vcpu: 0.01202, gib: 0.001611 },
    disk: { 'pd-standard': 0.044, 'pd-balanced': 0.11, 'pd-ssd': 0.187 },
  },
  'asia-southeast1': {
    e2: { vcpu: 0.026909, gib: 0.003606 },
    e2Spot: { vcpu: 0.01471, gib: 0.001972 },
    disk: { 'pd-standard': 0.044, 'pd-balanced': 0.11, 'pd-ssd': 0.187 },
  },
};

/** What is billed for a node; an e2-medium has two vCPUs half of the time, and is billed as one. */
export const MACHINES: Record<string, ComputePrice> = {
  'e2-medium': { vcpu: 1, gib: 4 },
  'e2-standard-2': { vcpu: 2, gib: 8 },
  'e2-standard-4': { vcpu: 4, gib: 16 },
  'e2-standard-8': { vcpu: 8, gib: 32 },
};

/** The same in every region. */
export const EVERYWHERE = {
  hoursAMonth: 730,
  /** An hour of a cluster of any kind. */
  managementFee: 0.1,
  /** A month, for one zonal or Autopilot cluster of a billing account. */
  managementCredit: 74.4,
  /** An hour of an external IPv4 address of a node or of Cloud NAT. */
  address: 0.005,
  /** An hour of Cloud NAT: for each node, and at most. */
  nat: { node: 0.0014, most: 0.0448 },
  /** GitHub Free; a plan that is paid for has more. */
  actions: { freeMinutes: 2000, minute: 0.006 },
};
