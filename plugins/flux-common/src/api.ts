/**
 * Names one object of one cluster.
 *
 * `namespace` is empty for cluster-scoped objects; `group` is empty for the core group.
 * Versions are left out on purpose: they are discovered per cluster and never part of an identity.
 *
 * @public
 */
export interface ResourceRef {
  cluster: string;
  group: string;
  kind: string;
  namespace: string;
  name: string;
}

/**
 * What an object, a cluster or an entity is doing, in the words that every screen uses.
 *
 * @public
 */
export type ResourceState =
  | 'failing'
  | 'stalled'
  | 'suspended'
  | 'progressing'
  | 'updatePending'
  | 'waiting'
  | 'stale'
  | 'unknown'
  | 'upToDate';

/**
 * A state with the words that explain it. Messages are plain text from this library or bounded text
 * from the cluster; they are never markup.
 *
 * @public
 */
export interface ResourceStatus {
  state: ResourceState;
  /** A few words for a row, e.g. `spec.replicas must be a number` or `for the first image`. Empty when there is nothing to add. */
  summary: string;
  /** One or two sentences in plain words. */
  message: string;
  /** The condition's reason as Flux wrote it, e.g. `HealthCheckFailed`. */
  reason?: string;
  /** The condition's message as Flux wrote it, cut to 2,000 characters. */
  rawMessage?: string;
  /** ISO 8601; since when the object is in this state, where the cluster says so. */
  since?: string;
}

/**
 * A revision of a source, as people read it, with the link to its commit where one can be made.
 *
 * @public
 */
export interface RevisionView {
  /** As Flux wrote it, e.g. `main@sha1:213f966d…`. */
  raw: string;
  /** Short, e.g. `main@213f966` or `1.4.2`. */
  label: string;
  /** Full commit hash, where the revision has one. */
  commit?: string;
  /** Web address of the commit, only ever http(s). */
  url?: string;
}

/**
 * A container image as it runs or as a policy names it.
 *
 * @public
 */
export interface ImageVersion {
  /** Without tag and digest, e.g. `ghcr.io/acme/orders`. */
  image: string;
  tag?: string;
  digest?: string;
  /** Short text for a headline: the tag, or a short digest. */
  label: string;
}

/**
 * Who suspended an object, when and why, as recorded in its annotations.
 *
 * @public
 */
export interface SuspensionView {
  /** Entity reference of the user, e.g. `user:default/guest`; absent when it was suspended by other means. */
  by?: string;
  reason?: string;
  /** ISO 8601. */
  at?: string;
}

/**
 * One object in an entity's view.
 *
 * @public
 */
export interface ResourceView {
  /** `resourceId(ref)`; unique within a view. */
  id: string;
  ref: ResourceRef;
  status: ResourceStatus;
  /** Id of the object under which the tree shows this one. */
  parentId?: string;
  /** What the object has: applied or fetched revision, chart version, selected tag, running image. */
  version?: RevisionView;
  /** What it wants, where that differs from `version`. */
  wantedVersion?: RevisionView;
  /** Plain text of the Version column for objects whose version is not a revision, e.g. `ghcr.io/acme/orders`. */
  versionText?: string;
  /** ISO 8601; when Flux last dealt with the object, or its creation for objects that Flux applies. */
  lastReconciledAt?: string;
  createdAt?: string;
  suspension?: SuspensionView;
  /** Entity reference of who last asked for a reconciliation through Backstage, and when. */
  requestedBy?: string;
  requestedAt?: string;
  /** Objects that this one names as dependency or source, as ids in the order of its spec; they may be missing from the view. */
  dependsOn: string[];
  /** Which actions the object's kind supports, whoever asks. */
  actions: { reconcile: boolean; suspend: boolean; resume: boolean };
}

/**
 * The first failing ancestor of what fails, in plain words.
 *
 * @public
 */
export interface Cause {
  /** The object to repair. */
  ref: ResourceRef;
  state: 'failing' | 'stalled' | 'waiting' | 'suspended';
  /** One sentence, e.g. `Kustomization orders can’t apply: Deployment/orders: spec.replicas must be a number`. */
  title: string;
  /** What else is known, e.g. the dependency path from the entity's object to the cause. */
  detail?: string;
  /** ISO 8601. */
  since?: string;
  /** The commit that the failing object tries to bring in. */
  revision?: RevisionView;
  /** What a person can do about it, one or two sentences. */
  remedy?: string;
  /** Ids of the objects that this cause holds up, nearest first. */
  affects: string[];
}

/**
 * One stop on the way from source to what runs.
 *
 * @public
 */
export interface ChainStop {
  /** What the stop is called: `Source`, `Image`, `Automation`, `Kustomization`, `HelmRelease`, `Deployment`, `Canary`, … */
  label: string;
  /** `running`: it runs but is not what is wanted; `notReached`: something before it holds it up. */
  state: ResourceState | 'running' | 'notReached';
  /** e.g. `main@3f2c1ab`, `1.4.3`, `can’t apply`, `1.4.2 · 3/3`. */
  text: string;
  resourceId?: string;
}

/**
 * How well a cluster can be heard.
 *
 * @public
 */
export interface ClusterConnection {
  state: 'syncing' | 'live' | 'stale' | 'down';
  /** ISO 8601. */
  since: string;
  /** Plain words, only when not live. */
  reason?: string;
  /** ISO 8601; when the cluster is tried again. */
  nextTryAt?: string;
  /** Kinds that could not be read although the cluster answers, by name. */
  missing?: {
    kind: string;
    /** `notInstalled`: the cluster does not serve the kind, as many clusters do not serve all. */
    reason: 'forbidden' | 'notInstalled' | 'unreadable';
    /** What the API server said, or why it said nothing. */
    message?: string;
  }[];
}

/**
 * What one cluster has of an entity.
 *
 * @public
 */
export interface ClusterView {
  name: string;
  title?: string;
  connection: ClusterConnection;
  status: ResourceStatus;
  cause?: Cause;
  running?: ImageVersion;
  latest?: ImageVersion;
  /** Set when `latest` is not what runs. */
  pending?: {
    /** True when a failure or a suspension stands between. */
    blocked: boolean;
    /** Who has to act or what happens next, e.g. `Flux commits it within a minute`. */
    next: string;
  };
  /** ISO 8601; when what runs was applied. */
  appliedAt?: string;
  /** In the order of the way; empty where the entity is a cluster, which has no version of its own. */
  chain: ChainStop[];
  /**
   * Every object after its parent; siblings by kind (in the order of `fluxKinds`), what others need first,
   * then by namespace and name. Of ReplicaSets and Pods, whose names say nothing, the newest comes first.
   */
  resources: ResourceView[];
}

/**
 * The answer of `GET /entities/:namespace/:kind/:name`.
 *
 * @public
 */
export interface FluxEntityView {
  entityRef: string;
  /** Worst state over all clusters, for the overview card. */
  status: ResourceStatus;
  /** What needs attention first, then by name. Only clusters that have objects of the entity, or cannot be heard. */
  clusters: ClusterView[];
  /** Set when no object of any cluster belongs to the entity: which annotation to add. */
  empty?: {
    /** True when the entity names objects or has a selector, but nothing matches. */
    annotated: boolean;
    /** Annotation line(s) to add to the entity, as YAML. */
    example: string;
  };
  /**
   * Objects that the annotation `fluxcd.io/resources` names and no cluster has, while it has others; in
   * the annotation's order. Left out while a cluster that may have them cannot be read.
   */
  notFound?: {
    ref: Omit<ResourceRef, 'cluster'>;
    /** One sentence that names the object and the annotation. */
    message: string;
  }[];
}

/**
 * One item of `GET /clusters`.
 *
 * @public
 */
export interface FluxClusterInfo {
  name: string;
  title?: string;
  connection: ClusterConnection;
  /** e.g. `v2.9.0`, from the labels of Flux's own objects where they can be read. */
  fluxVersion?: string;
}

/**
 * The answer of `GET /clusters/:cluster/namespaces/:namespace`.
 *
 * @public
 */
export interface FluxNamespaceInfo {
  /** True as well while the namespace is being deleted, as its name can’t be had again until then. */
  exists: boolean;
}

/**
 * One item of `GET /resources`.
 *
 * @public
 */
export interface ResourceRow {
  /** `resourceId(ref)`. */
  id: string;
  ref: ResourceRef;
  status: Omit<ResourceStatus, 'rawMessage'>;
  suspended: boolean;
  /** What the object has: applied or fetched revision, chart version, selected tag, running image. */
  version?: RevisionView;
  /** Plain text of the Version column for objects whose version is not a revision. */
  versionText?: string;
  /** ISO 8601; as in {@link ResourceView}. */
  lastReconciledAt?: string;
}

/**
 * How many objects there are of each value of a filter.
 *
 * @public
 */
export type ResourceFacet = { value: string; count: number }[];

/**
 * The answer of `GET /resources`.
 *
 * @public
 */
export interface FluxResourceList {
  items: ResourceRow[];
  /** How many objects fit the filters, on all pages. */
  totalItems: number;
  pageInfo: {
    /** Left out on the last page. */
    nextCursor?: string;
  };
  /** How many objects there are of each value if it were the only one of its filter; all other filters apply. */
  facets: { state: ResourceFacet; kind: ResourceFacet; cluster: ResourceFacet };
  /** Of the clusters that were asked for, those whose objects are of an earlier moment, or not known at all. */
  notLive: FluxClusterInfo[];
}

/**
 * What a controller said of an object.
 *
 * @public
 */
export interface ResourceEvent {
  type: 'Normal' | 'Warning';
  /** e.g. `ReconciliationFailed`. */
  reason: string;
  /** Cut to 2,000 characters, without credentials. */
  message: string;
  /** How often it was said. */
  count: number;
  /** ISO 8601. */
  firstAt?: string;
  lastAt?: string;
  /** The controller that says it, e.g. `kustomize-controller`. */
  source?: string;
}

/**
 * The answer of `GET /resource` and of `GET /entities/:namespace/:kind/:name/resource`.
 *
 * @public
 */
export interface FluxResourceDetail {
  /** As the view of the entity has it; for one of all clusters by itself, so without `parentId`. */
  resource: ResourceView;
  /** As the cluster has it, without managedFields; what may be secret says `(hidden)`. */
  object: Record<string, unknown>;
  /** Whether long lists and texts of the object are cut, each of which says so. */
  truncated: boolean;
  /** The newest first, 100 at most. */
  events: ResourceEvent[];
  /** Why there are no events, in plain words. */
  eventsError?: string;
}

/**
 * The data of the events of `GET /stream`, by their names.
 *
 * @public
 */
export interface FluxStreamEvents {
  /** Sent first for every entity unless the client has its view, and with each change. */
  view: {
    entityRef: string;
    /** Of the view, without quotes. */
    etag: string;
    view: FluxEntityView;
  };
  /** What the client has is current. */
  unchanged: { entityRef: string };
  /** A later `view` of the entity means that it is well again. */
  failed: {
    entityRef: string;
    error: { name: string; message: string; statusCode: number };
  };
}
