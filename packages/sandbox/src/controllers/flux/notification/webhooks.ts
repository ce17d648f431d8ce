import type { KubernetesClient, ObjectKey } from '../../client';
import { isReady } from '../lib/conditions';
import { REQUESTED_AT } from '../lib/FluxObject';
import type { RouteHandler } from '../source/ArtifactServer';
import { refusalOf } from './validation';

/** A Receiver that is ready to be called. */
export interface Hook {
  key: ObjectKey;
  client: KubernetesClient;
  token: string;
  spec: any;
}

/** The kinds that a Receiver may name without their version. */
const API_VERSIONS: Record<string, string> = {
  Bucket: 'source.toolkit.fluxcd.io/v1',
  GitRepository: 'source.toolkit.fluxcd.io/v1',
  HelmChart: 'source.toolkit.fluxcd.io/v1',
  HelmRepository: 'source.toolkit.fluxcd.io/v1',
  OCIRepository: 'source.toolkit.fluxcd.io/v1',
  ImageRepository: 'image.toolkit.fluxcd.io/v1',
  ArtifactGenerator: 'source.extensions.fluxcd.io/v1beta1',
};

/** A time as Flux's webhooks write it into the annotation, which is not RFC 3339. */
function requestTime(): string {
  const [date, time] = new Date().toISOString().split(/[TZ]/);
  return `${date} ${time}000000 +0000 UTC m=+${process.uptime().toFixed(9)}`;
}

async function keysOf(hook: Hook, resource: any): Promise<ObjectKey[]> {
  const apiVersion = resource.apiVersion || API_VERSIONS[resource.kind];
  if (!apiVersion) {
    throw new Error(`apiVersion must be specified for kind "${resource.kind}"`);
  }
  const namespace = resource.namespace || hook.key.namespace;
  const type = { apiVersion, kind: resource.kind };
  if (resource.name !== '*') {
    return [{ ...type, namespace, name: resource.name }];
  }
  if (!resource.matchLabels) {
    throw new Error(
      "matchLabels field not set when using wildcard '*' as name",
    );
  }
  const labelSelector = Object.entries(resource.matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const found = await hook.client.list(type, { namespace, labelSelector });
  return found.map(({ metadata }) => ({
    ...type,
    namespace,
    name: metadata.name,
  }));
}

/** The webhooks of one cluster's Receivers, by path. */
export class Webhooks {
  readonly #hooks = new Map<string, Hook>();

  set(path: string, hook: Hook): void {
    this.remove(hook.key);
    this.#hooks.set(path, hook);
  }

  remove({ namespace, name }: ObjectKey): void {
    for (const [path, { key }] of this.#hooks) {
      if (key.namespace === namespace && key.name === name) {
        this.#hooks.delete(path);
      }
    }
  }

  /** Asks for a reconciliation of the Receiver's resources. */
  readonly handle: RouteHandler = async ({ path, headers, body }) => {
    const hook = this.#hooks.get(path);
    const receiver = hook && (await hook.client.get(hook.key));
    if (!hook || !receiver) {
      return { status: 404 };
    }
    if (receiver.spec.suspend || !isReady(receiver)) {
      return { status: 503 };
    }
    const refused = refusalOf({ headers, body }, hook.token, hook.spec);
    if (refused) {
      return { status: 400, text: refused };
    }
    const annotations = { [REQUESTED_AT]: requestTime() };
    const failures: string[] = [];
    for (const resource of hook.spec.resources ?? []) {
      // One that fails does not keep the others from being asked.
      try {
        for (const key of await keysOf(hook, resource)) {
          await hook.client.patch(key, { metadata: { annotations } });
        }
      } catch (error) {
        failures.push((error as Error).message);
      }
    }
    return failures.length > 0
      ? { status: 500, text: failures.join('; ') }
      : { status: 200 };
  };
}
