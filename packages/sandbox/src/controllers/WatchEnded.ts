import { KubernetesApiError } from './client';

/** How a watch request ended that did not end as asked, and from where to go on. */
export class WatchEnded extends Error {
  readonly gone: boolean;
  readonly resourceVersion: string;
  readonly received: boolean;
  readonly retryAfterMs?: number;

  constructor(cause: any, resourceVersion: string, received: boolean) {
    super(cause?.message ?? String(cause));
    this.gone = cause instanceof KubernetesApiError && cause.status === 410;
    this.retryAfterMs = cause?.retryAfterMs;
    this.resourceVersion = resourceVersion;
    this.received = received;
  }
}
