import { randomBytes } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { KubernetesClient, KubernetesObject } from '../../client';
import { timestamp } from './conditions';

interface NewEvent {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  annotations?: Record<string, string>;
}

const REMEMBERED = 1000;

/** Writes Events as Flux's controllers do; the same event again counts up instead. */
export class EventRecorder {
  readonly #client: KubernetesClient;
  readonly #component: string;
  readonly #logger: LoggerService;
  readonly #seen = new Map<string, { name: string; count: number }>();

  constructor(options: {
    client: KubernetesClient;
    component: string;
    logger: LoggerService;
  }) {
    this.#client = options.client;
    this.#component = options.component;
    this.#logger = options.logger;
  }

  /** Never throws: an event that cannot be written must not fail the reconciliation. */
  async record(object: KubernetesObject, event: NewEvent): Promise<void> {
    const {
      namespace = 'default',
      name,
      uid,
      resourceVersion,
    } = object.metadata;
    const id = [uid, event.type, event.reason, event.message].join('\n');
    const now = timestamp();
    try {
      const before = this.#seen.get(id);
      if (before) {
        before.count += 1;
        await this.#client.patch(
          { apiVersion: 'v1', kind: 'Event', namespace, name: before.name },
          { count: before.count, lastTimestamp: now },
        );
        return;
      }
      const created = {
        name: `${name}.${randomBytes(8).toString('hex')}`,
        count: 1,
      };
      await this.#client.create({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: {
          name: created.name,
          namespace,
          ...(event.annotations ? { annotations: event.annotations } : {}),
        },
        involvedObject: {
          apiVersion: object.apiVersion,
          kind: object.kind,
          name,
          namespace: object.metadata.namespace,
          uid,
          resourceVersion,
        },
        type: event.type,
        reason: event.reason,
        message: event.message,
        count: 1,
        firstTimestamp: now,
        lastTimestamp: now,
        source: { component: this.#component },
        reportingComponent: this.#component,
        reportingInstance: '',
      });
      this.#remember(id, created);
    } catch (error) {
      // An event that expired is written anew the next time.
      this.#seen.delete(id);
      this.#logger.debug(
        `Cannot record event of ${namespace}/${name}: ${error}`,
      );
    }
  }

  #remember(id: string, event: { name: string; count: number }) {
    this.#seen.set(id, event);
    if (this.#seen.size > REMEMBERED) {
      this.#seen.delete(this.#seen.keys().next().value!);
    }
  }
}
