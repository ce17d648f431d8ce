import { world } from './world';

const plurals: Record<string, string> = {
  ConfigMap: 'api/v1/configmaps',
  Namespace: 'api/v1/namespaces',
  Secret: 'api/v1/secrets',
  CustomResourceDefinition:
    'apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  Deployment: 'apis/apps/v1/deployments',
  GitRepository: 'apis/source.toolkit.fluxcd.io/v1/gitrepositories',
  RoleBinding: 'apis/rbac.authorization.k8s.io/v1/rolebindings',
  HelmRelease: 'apis/helm.toolkit.fluxcd.io/v2/helmreleases',
  ImagePolicy: 'apis/image.toolkit.fluxcd.io/v1/imagepolicies',
  HTTPProxy: 'apis/projectcontour.io/v1/httpproxies',
  ImageRepository: 'apis/image.toolkit.fluxcd.io/v1/imagerepositories',
  ImageUpdateAutomation:
    'apis/image.toolkit.fluxcd.io/v1/imageupdateautomations',
  Ingress: 'apis/networking.k8s.io/v1/ingresses',
  Kustomization: 'apis/kustomize.toolkit.fluxcd.io/v1/kustomizations',
  Service: 'api/v1/services',
  ValidatingAdmissionPolicy:
    'apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
  ValidatingAdmissionPolicyBinding:
    'apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings',
};

/** One object of the cluster, or with an empty name all of a kind in a namespace. */
function pathOf(kind: string, namespace: string, name: string): string {
  const [, api, plural] = /^(.*)\/(\w+)$/.exec(plurals[kind])!;
  const middle = namespace ? `namespaces/${namespace}/` : '';
  return `/${api}/${middle}${plural}${name && `/${name}`}`;
}

async function call(
  path: string,
  init: RequestInit = {},
): Promise<any | undefined> {
  const { url, token } = world().kubernetes;
  const response = await fetch(`${url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...init.headers },
  });
  if (response.status === 404) {
    return undefined;
  }
  if (!response.ok) {
    throw new Error(
      `${init.method ?? 'GET'} ${path} answered ${
        response.status
      }: ${await response.text()}`,
    );
  }
  return response.json();
}

/** Reads an object as kubectl would; undefined when it is not there. */
export function read(kind: string, namespace: string, name: string) {
  return call(pathOf(kind, namespace, name));
}

/** The image of a Deployment's one container; undefined when there is no such Deployment. */
export async function deployedImage(
  namespace: string,
  name: string,
): Promise<string | undefined> {
  const deployment = await read('Deployment', namespace, name);
  return deployment?.spec.template.spec.containers[0].image;
}

export async function list(kind: string, namespace = ''): Promise<any[]> {
  return (await call(pathOf(kind, namespace, '')))?.items ?? [];
}

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
  [field: string]: unknown;
}

/** Why the API server would not create an object, as `kubectl create --dry-run=server` says it; or undefined. */
export async function refusalOf(
  object: KubernetesObject,
  options: { as?: string } = {},
): Promise<string | undefined> {
  const { url, token } = world().kubernetes;
  const path = pathOf(object.kind, object.metadata.namespace ?? '', '');
  const response = await fetch(`${url}${path}?dryRun=All`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(options.as && { 'impersonate-user': options.as }),
    },
    body: JSON.stringify(object),
  });
  return response.ok ? undefined : (await response.json()).message;
}

/** Creates or changes an object, as `kubectl apply --server-side` does. */
export function apply(object: KubernetesObject) {
  const { name, namespace = '' } = object.metadata;
  return call(
    `${pathOf(object.kind, namespace, name)}?fieldManager=e2e&force=true`,
    {
      method: 'PATCH',
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: JSON.stringify(object),
    },
  );
}

/** Changes some fields of an object. */
export function patch(
  kind: string,
  namespace: string,
  name: string,
  change: object,
) {
  return call(pathOf(kind, namespace, name), {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify(change),
  });
}

export function remove(kind: string, namespace: string, name: string) {
  return call(pathOf(kind, namespace, name), { method: 'DELETE' });
}
