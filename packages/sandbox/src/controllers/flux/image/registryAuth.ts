import type { KubernetesClient } from '../../client';
import { parseImage, ScanError } from './scan';

/**
 * The Authorization header that the secret has for the image's registry: Basic, from a
 * `kubernetes.io/dockerconfigjson` secret. undefined when the secret has nothing for this registry.
 *
 * @throws ScanError when the secret is missing or cannot be read.
 */
export async function registryAuthorization(
  image: string,
  secret: { namespace: string; name: string },
  client: KubernetesClient,
): Promise<string | undefined> {
  const failed = (why: string) =>
    new ScanError(`failed to configure authentication options: ${why}`);
  const object = await client.get({
    apiVersion: 'v1',
    kind: 'Secret',
    ...secret,
  });
  if (!object) {
    throw failed(`secrets "${secret.name}" not found`);
  }
  const encoded = object.data?.['.dockerconfigjson'];
  if (!encoded) {
    throw failed(
      `secret '${secret.namespace}/${secret.name}' has no key '.dockerconfigjson'`,
    );
  }
  let config: any;
  try {
    config = JSON.parse(Buffer.from(encoded, 'base64').toString());
  } catch {
    throw failed(
      `secret '${secret.namespace}/${secret.name}': '.dockerconfigjson' is not JSON`,
    );
  }
  const { host } = parseImage(image);
  const entry = config.auths?.[host] ?? config.auths?.[`https://${host}`];
  if (!entry) {
    return undefined;
  }
  const basic =
    entry.auth ??
    Buffer.from(`${entry.username ?? ''}:${entry.password ?? ''}`).toString(
      'base64',
    );
  return `Basic ${basic}`;
}
