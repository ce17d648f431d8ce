import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KubernetesClient, ObjectKey } from '../../client';
import { REQUESTED_AT } from '../lib/FluxObject';
import type { RouteHandler } from '../source/ArtifactServer';

/** A Receiver that is ready to be called. */
export interface Hook {
  key: ObjectKey;
  client: KubernetesClient;
  token: string;
  spec: any;
}

const API_VERSIONS: Record<string, string> = {
  GitRepository: 'source.toolkit.fluxcd.io/v1',
  Kustomization: 'kustomize.toolkit.fluxcd.io/v1',
  ImageRepository: 'image.toolkit.fluxcd.io/v1',
  ImagePolicy: 'image.toolkit.fluxcd.io/v1',
  ImageUpdateAutomation: 'image.toolkit.fluxcd.io/v1',
};

function isSigned(hook: Hook, signature: unknown, body: Buffer): boolean {
  const expected = Buffer.from(
    `sha256=${createHmac('sha256', hook.token).update(body).digest('hex')}`,
  );
  const given = Buffer.from(String(signature ?? ''));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Why a call is refused; undefined when it is not. */
function refusal(
  hook: Hook,
  headers: Parameters<RouteHandler>[0]['headers'],
  body: Buffer,
): string | undefined {
  if (hook.spec.type !== 'github') {
    return undefined;
  }
  if (!isSigned(hook, headers['x-hub-signature-256'], body)) {
    return 'the GitHub signature header is invalid';
  }
  const event = String(headers['x-github-event'] ?? '');
  const events: string[] = hook.spec.events ?? [];
  return events.length > 0 && !events.includes(event)
    ? `the GitHub event '${event}' is not authorised`
    : undefined;
}

async function keysOf(hook: Hook, resource: any): Promise<ObjectKey[]> {
  const apiVersion = resource.apiVersion || API_VERSIONS[resource.kind];
  const namespace = resource.namespace || hook.key.namespace;
  const type = { apiVersion, kind: resource.kind };
  if (resource.name !== '*') {
    return [{ ...type, namespace, name: resource.name }];
  }
  const labelSelector = Object.entries(resource.matchLabels ?? {})
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
    if (!hook || !receiver || receiver.spec.suspend) {
      return { status: 404 };
    }
    const refused = refusal(hook, headers, body);
    if (refused) {
      return { status: 400, text: refused };
    }
    const annotations = { [REQUESTED_AT]: new Date().toISOString() };
    try {
      for (const resource of hook.spec.resources ?? []) {
        for (const key of await keysOf(hook, resource)) {
          await hook.client.patch(key, { metadata: { annotations } });
        }
      }
    } catch (error) {
      return { status: 500, text: (error as Error).message };
    }
    return { status: 200 };
  };
}
