import type { ImageVersion, ResourceRef, SuspensionView } from '../api';
import type { ObjectRef } from '../refs';

/** One condition of an object’s status. @public */
export interface ProjectedCondition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  /** Cut to 2,000 characters, without credentials. */
  message?: string;
  observedGeneration?: number;
  /** ISO 8601. */
  lastTransitionTime?: string;
  /** Deployments only: when the condition was last written, with the same status or another. */
  lastUpdateTime?: string;
}

/** Sources, HelmChart, ArtifactGenerator. @public */
export interface SourceProjection {
  /** Address without credentials. */
  url?: string;
  /** Branch, tag, semver range or commit that the source follows. */
  ref?: string;
  /** `oci` for HelmRepositories that keep no state. */
  type?: string;
  chart?: string;
  chartVersion?: string;
  /** What the source is made from: a HelmChart's repository, an ArtifactGenerator's inputs. */
  from: ObjectRef[];
  artifact?: {
    revision?: string;
    /** ISO 8601. */
    updatedAt?: string;
    /** Annotation `org.opencontainers.image.source` of the artifact. */
    originUrl?: string;
    /** Annotation `org.opencontainers.image.revision` of the artifact. */
    originRevision?: string;
  };
}

/** Kustomization, HelmRelease. @public */
export interface ApplierProjection {
  source?: ObjectRef;
  dependsOn: ObjectRef[];
  /** Kustomization: folder in the source. */
  path?: string;
  targetNamespace?: string;
  serviceAccountName?: string;
  timeout?: string;
  healthChecks: ObjectRef[];
  appliedRevision?: string;
  attemptedRevision?: string;
  /** Commit of the code that an OCI artifact was made from. */
  originRevision?: string;
  /** Inventory ids as Flux writes them; see `parseInventoryId`. */
  inventory: string[];
  /** ISO 8601; newest successful or failed run that the history names. */
  lastRunAt?: string;
  /** ISO 8601; since when what Flux tries to apply has failed, as the history says. */
  failingSince?: string;
  /** HelmRelease: the chart's name and the release that is deployed. */
  chart?: string;
  chartVersion?: string;
  appVersion?: string;
  failures?: number;
}

/** ImageRepository, ImagePolicy, ImageUpdateAutomation. @public */
export interface ImageProjection {
  /** ImageRepository: what it scans, without tag. */
  image?: string;
  tagCount?: number;
  /** ISO 8601. */
  scannedAt?: string;
  /** ImagePolicy. */
  repository?: ObjectRef;
  latest?: ImageVersion;
  /** ImagePolicy: its rule, e.g. `semver 1.x`. */
  rule?: string;
  pattern?: string;
  /** ImageUpdateAutomation. */
  source?: ObjectRef;
  checkoutBranch?: string;
  pushBranch?: string;
  pushedCommit?: string;
  /** ISO 8601. */
  pushedAt?: string;
  ranAt?: string;
  /** ImageUpdateAutomation: policies that it saw, with the tag that it saw. */
  observedPolicies?: Record<string, string>;
}

/** Whatever runs containers. @public */
export interface WorkloadProjection {
  /** Containers in order, with their image references. */
  images: { container: string; image: string }[];
  /** What is wanted, and what there is; counts of pods. */
  desired?: number;
  replicas?: number;
  ready?: number;
  updated?: number;
  available?: number;
  /** Job: how it ended. */
  succeeded?: number;
  failed?: number;
  active?: number;
}

/** What a pod says beside its images. @public */
export interface PodProjection {
  phase?: string;
  ready: boolean;
  restarts: number;
  /** ISO 8601; when a container last ended. */
  lastEndedAt?: string;
  /** Why containers do not run, e.g. ImagePullBackOff. */
  waiting: { container: string; reason: string; message?: string }[];
  /** Why the pod has no node yet. */
  unschedulable?: string;
}

/** Flagger’s Canary. @public */
export interface CanaryProjection {
  target?: ObjectRef;
  phase?: string;
  weight?: number;
  iterations?: number;
  failedChecks?: number;
}

/** Service, Ingress, HTTPProxy, HTTPRoute. @public */
export interface NetworkProjection {
  /** e.g. `80 → 8080`. */
  ports?: string;
  hosts?: string[];
}

/**
 * What screens and rules need of one object: JSON-serialisable, bounded, and without anything that
 * may be secret. Nothing else of an object is ever kept.
 *
 * @public
 */
export interface Projection {
  /** `resourceId(ref)`. */
  id: string;
  ref: ResourceRef;
  /** The version part of `apiVersion`, as the object was served; for requests about it. */
  version: string;
  uid?: string;
  generation?: number;
  /** -1 until the first reconciliation has succeeded. */
  observedGeneration?: number;
  /** ISO 8601. */
  createdAt?: string;
  deletedAt?: string;
  labels: Record<string, string>;
  /** `spec.suspend`, of CronJobs too. */
  suspended: boolean;
  /** ArtifactGenerator: reconciliation is switched off by an annotation. */
  disabled?: boolean;
  interval?: string;
  conditions: ProjectedCondition[];
  owners: { group: string; kind: string; name: string; uid?: string }[];
  /** Flux object that applied this one, as its labels say. */
  appliedBy?: ObjectRef;
  requestedAt?: string;
  requestedBy?: string;
  handledAt?: string;
  suspension?: SuspensionView;
  source?: SourceProjection;
  applier?: ApplierProjection;
  image?: ImageProjection;
  workload?: WorkloadProjection;
  pod?: PodProjection;
  canary?: CanaryProjection;
  network?: NetworkProjection;
}
