/**
 * Makes Flux on a cluster follow a fleet repository that everybody may read, as `flux bootstrap` does.
 *
 * @param cluster `{ url, token }` of somebody who may write to the namespace flux-system
 * @param url of the repository
 * @param name of the cluster's folder in it
 */
export async function followFleet(cluster, { url, name }) {
  const metadata = { name: 'flux-system', namespace: 'flux-system' };
  await apply(cluster, 'source.toolkit.fluxcd.io/v1', 'gitrepositories', {
    kind: 'GitRepository',
    metadata,
    spec: { url, interval: '10s', ref: { branch: 'main' } },
  });
  await apply(cluster, 'kustomize.toolkit.fluxcd.io/v1', 'kustomizations', {
    kind: 'Kustomization',
    metadata,
    spec: {
      interval: '10m',
      retryInterval: '10s',
      path: `./clusters/${name}`,
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'flux-system' },
    },
  });
}

async function apply({ url, token }, apiVersion, plural, object) {
  const { namespace, name } = object.metadata;
  const response = await fetch(
    `${url}/apis/${apiVersion}/namespaces/${namespace}/${plural}/${name}?fieldManager=flux&force=true`,
    {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/apply-patch+yaml',
      },
      body: JSON.stringify({ apiVersion, ...object }),
    },
  );
  if (!response.ok) {
    throw new Error(
      `${object.kind} ${namespace}/${name} could not be applied: ${
        response.status
      } ${await response.text()}`,
    );
  }
}
