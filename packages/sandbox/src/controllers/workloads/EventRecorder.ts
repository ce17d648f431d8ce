import type { LoggerService } from '@backstage/backend-plugin-api';
import type { KubernetesClient, KubernetesObject } from '../client';
import { timestamp } from './owners';

interface Recorded {
  name: string;
  count: number;
}

const REMEMBERED = 1000;

/** Records Events as the controllers of Kubernetes do: the same again counts up the one there is. */
export class EventRecorder {
  readonly #component: string;
  readonly #recorded = new Map<string, Recorded>();

  constructor(component: string) {
    this.#component = component;
  }

  async record(
    context: { client: KubernetesClient; logger: LoggerService },
    object: KubernetesObject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ): Promise<void> {
    const namespace = object.metadata.namespace ?? 'default';
    const key = [object.metadata.uid, type, reason, message].join('\n');
    const known = this.#recorded.get(key);
    const now = timestamp();
    try {
      if (known) {
        known.count += 1;
        const event = {
          apiVersion: 'v1',
          kind: 'Event',
          namespace,
          name: known.name,
        };
        await context.client.patch(event, {
          count: known.count,
          lastTimestamp: now,
        });
        return;
      }
      const name = `${object.metadata.name}.${uniqueSuffix()}`;
      await context.client.create({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace },
        involvedObject: {
          apiVersion: object.apiVersion,
          kind: object.kind,
          name: object.metadata.name,
          namespace: object.metadata.namespace,
          resourceVersion: object.metadata.resourceVersion,
          uid: object.metadata.uid,
        },
        reason,
        message,
        type,
        count: 1,
        eventTime: null,
        firstTimestamp: now,
        lastTimestamp: now,
        reportingComponent: this.#component,
        reportingInstance: '',
        source: { component: this.#component },
      });
      this.#remember(key, { name, count: 1 });
    } catch (error) {
      // An Event is news, not state: work goes on without it, e.g. in a namespace that ends.
      this.#recorded.delete(key);
      context.logger.debug(`Event ${reason} was not recorded: ${error}`);
    }
  }

  #remember(key: string, recorded: Recorded): void {
    this.#recorded.set(key, recorded);
    if (this.#recorded.size > REMEMBERED) {
      this.#recorded.delete(this.#recorded.keys().next().value!);
    }
  }
}

function uniqueSuffix(): string {
  const nanoseconds =
    BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n);
  return nanoseconds.toString(16);
}
