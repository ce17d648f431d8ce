import type {
  KubernetesClient,
  KubernetesObject,
  ObjectKey,
} from '../../client';
import { isReady } from '../lib/conditions';
import { REQUESTED_AT } from '../lib/FluxObject';
import type { RouteHandler } from '../source/ArtifactServer';
import type { Claims } from './oidcProviders';
import { resourceFilters } from './resourceFilters';
import { validate } from './validation';

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

async function objectsOf(
  hook: Hook,
  resource: any,
): Promise<KubernetesObject[]> {
  const apiVersion = resource.apiVersion || API_VERSIONS[resource.kind];
  if (!apiVersion) {
    throw new Error(`apiVersion must be specified for kind "${resource.kind}"`);
  }
  const namespace = resource.namespace || hook.key.namespace;
  const type = { apiVersion, kind: resource.kind };
  if (resource.name !== '*') {
    const key = { ...type, namespace, name: resource.name };
    const object = await hook.client.get(key);
    if (!object) {
      throw new Error(
        `unable to read ${key.kind} "${namespace}/${key.name}" error: not found`,
      );
    }
    return [object];
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
  return found.map(object => ({ ...object, ...type }));
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
    const call = { headers, body };
    let claims: Claims | undefined;
    try {
      claims = await validate(call, hook.token, hook.spec);
    } catch (error) {
      return { status: 400, text: (error as Error).message };
    }
    let filters: ReturnType<typeof resourceFilters>;
    try {
      filters = resourceFilters(hook.spec, call, claims);
    } catch (error) {
      return { status: 500, text: (error as Error).message };
    }
    const annotations = { [REQUESTED_AT]: requestTime() };
    const failures: string[] = [];
    for (const [index, resource] of (hook.spec.resources ?? []).entries()) {
      // One that fails does not keep the others from being asked.
      try {
        for (const object of await objectsOf(hook, resource)) {
          if (filters[index](object)) {
            const { apiVersion, kind, metadata } = object;
            const { namespace, name } = metadata;
            await hook.client.patch(
              { apiVersion, kind, namespace, name },
              { metadata: { annotations } },
            );
          }
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
