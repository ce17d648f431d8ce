/** An object as the API server gives it; the controllers narrow `spec` and `status` themselves. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
    ownerReferences?: {
      apiVersion: string;
      kind: string;
      name: string;
      uid: string;
      controller?: boolean;
      blockOwnerDeletion?: boolean;
    }[];
    [key: string]: unknown;
  };
  spec?: any;
  status?: any;
  data?: any;
  [key: string]: any;
}

/** Names an object; `namespace` stays out for cluster-scoped kinds. */
export interface ObjectKey {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubernetesObject;
}

/** Thrown for every answer that is not 2xx; carries the Status object's reason and message. */
export class KubernetesApiError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
    this.name = 'KubernetesApiError';
  }
}

/**
 * The only way in which a controller touches a cluster. It speaks the Kubernetes API over HTTP and
 * nothing else, so that the same controllers run against the sandbox's API and against a real one.
 */
export interface KubernetesClient {
  /** undefined when the object does not exist. */
  get(key: ObjectKey): Promise<KubernetesObject | undefined>;
  list(
    type: { apiVersion: string; kind: string },
    options?: { namespace?: string; labelSelector?: string },
  ): Promise<KubernetesObject[]>;
  /**
   * Lists and then watches until the signal aborts, reconnecting with backoff and relisting on 410.
   * Objects that vanished during a gap come as DELETED.
   */
  watch(
    type: { apiVersion: string; kind: string },
    onEvent: (event: WatchEvent) => void,
    options: { namespace?: string; signal: AbortSignal },
  ): Promise<void>;
  create(object: KubernetesObject): Promise<KubernetesObject>;
  /** Server-side apply. */
  apply(
    object: KubernetesObject,
    options: { fieldManager: string; force?: boolean; dryRun?: boolean },
  ): Promise<KubernetesObject>;
  /** Merge patch (RFC 7386), of the object or of its status. */
  patch(
    key: ObjectKey,
    patch: object,
    options?: { subresource?: 'status'; fieldManager?: string },
  ): Promise<KubernetesObject>;
  delete(
    key: ObjectKey,
    options?: {
      propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
      /** 0 is for kubelets: it removes a pod that is kept until it has ended. */
      gracePeriodSeconds?: number;
    },
  ): Promise<void>;
  /** A client that acts as somebody else, e.g. `system:serviceaccount:orders:flux` (impersonation headers). */
  impersonate(user: string): KubernetesClient;
  /** Whether the cluster serves the kind; looked up by discovery. */
  resource(type: {
    apiVersion: string;
    kind: string;
  }): Promise<{ name: string; namespaced: boolean } | undefined>;
}
