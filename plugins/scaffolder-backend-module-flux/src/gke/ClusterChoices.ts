/** The choices of a new cluster that cost money; sizes are GB, minutes are those of a month. */
export interface ClusterChoices {
  mode: 'standard' | 'autopilot';
  locationType: 'zonal' | 'regional';
  region: string;
  /** All of them in a zonal cluster; those of each of the three zones in a regional one. */
  nodes: number;
  machineType: string;
  diskGb: number;
  diskType: DiskType;
  spot: boolean;
  /** Counted like `nodes`; without it their number stays. */
  autoscaling?: { min: number; max: number };
  privateNodes: boolean;
  visibility: 'private' | 'public';
  runners: 'github' | 'own';
  actionsMinutes: number;
}

/** @see https://cloud.google.com/compute/docs/disks */
export type DiskType = 'pd-standard' | 'pd-balanced' | 'pd-ssd';
