import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { parseAllDocuments } from 'yaml';
import { namespace } from '../support/flux';
import {
  apply,
  KubernetesObject,
  refusalOf,
  remove,
} from '../support/kubernetes';
import { named, seconds } from '../support/world';

const tenant = () => named('tenant');
const other = () => named('neighbour');

/** The policies of a fleet repository whose applications are below apps.example.com. */
async function renderPolicies(): Promise<KubernetesObject[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fleet-'));
  try {
    await promisify(execFile)(process.execPath, [
      'scripts/render.mjs',
      'gke-fleet',
      'packages/render/examples/fleet.json',
      join(folder, 'out'),
    ]);
    const policies = join(folder, 'out/fleet/infrastructure/configs/policies');
    const files = (await readdir(policies)).filter(
      file => file !== 'kustomization.yaml',
    );
    const texts = await Promise.all(
      files.map(file => readFile(join(policies, file), 'utf8')),
    );
    return texts.flatMap(text =>
      parseAllDocuments(text).map(document => document.toJS()),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Contour is not on the test cluster; the policies look at what is written, whatever its schema is. */
const httpProxies = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'httpproxies.projectcontour.io' },
  spec: {
    group: 'projectcontour.io',
    scope: 'Namespaced',
    names: {
      kind: 'HTTPProxy',
      plural: 'httpproxies',
      singular: 'httpproxy',
      listKind: 'HTTPProxyList',
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                'x-kubernetes-preserve-unknown-fields': true,
              },
            },
          },
        },
      },
    ],
  },
};

const object = (
  apiVersion: string,
  kind: string,
  spec: object,
  place = tenant(),
): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: 'x', namespace: place },
  spec,
});

const source = { kind: 'GitRepository', name: 'x' };

const kustomization = (spec: object = {}, place?: string) =>
  object(
    'kustomize.toolkit.fluxcd.io/v1',
    'Kustomization',
    {
      interval: '1m',
      prune: true,
      path: './',
      serviceAccountName: 'flux',
      sourceRef: source,
      ...spec,
    },
    place,
  );

const release = (spec: object) =>
  object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', {
    interval: '1m',
    serviceAccountName: 'flux',
    ...spec,
  });

const chartFrom = (place?: string) => ({
  chart: {
    spec: {
      chart: 'c',
      sourceRef: { kind: 'HelmRepository', name: 'x', namespace: place },
    },
  },
});

const automation = (place?: string) =>
  object('image.toolkit.fluxcd.io/v1', 'ImageUpdateAutomation', {
    interval: '1m',
    sourceRef: { ...source, namespace: place },
    git: { commit: { author: { email: 'flux@example.com' } } },
  });

const policy = (place?: string) =>
  object('image.toolkit.fluxcd.io/v1', 'ImagePolicy', {
    imageRepositoryRef: { name: 'x', namespace: place },
    policy: { alphabetical: {} },
  });

const proxy = (fqdn: string | undefined, spec: object = {}) =>
  object('projectcontour.io/v1', 'HTTPProxy', {
    ...(fqdn && { virtualhost: { fqdn } }),
    ...spec,
  });

const backend = { service: { name: 'a', port: { number: 80 } } };

const ingress = (host?: string, ingressClassName?: string) =>
  object('networking.k8s.io/v1', 'Ingress', {
    ingressClassName,
    rules: [
      { host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } },
    ],
  });

const service = (spec: object) =>
  object('v1', 'Service', { ports: [{ port: 80 }], ...spec });

const certManager = 'system:serviceaccount:cert-manager:cert-manager';

/** Who may not write Ingresses at all is refused before any policy is asked. */
const certManagerMayWrite = (): KubernetesObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'cert-manager', namespace: tenant() },
  roleRef: {
    apiGroup: 'rbac.authorization.k8s.io',
    kind: 'ClusterRole',
    name: 'admin',
  },
  subjects: [
    {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'User',
      name: certManager,
    },
  ],
});

/** What a tenant writes, and what the API server says of it; undefined when it takes it. */
const cases: [string, () => KubernetesObject, RegExp | undefined][] = [
  ['a Kustomization', () => kustomization(), undefined],
  [
    'a Kustomization for its own namespace',
    () => kustomization({ targetNamespace: tenant() }),
    undefined,
  ],
  [
    'a Kustomization as nobody',
    () => kustomization({ serviceAccountName: undefined }),
    /spec\.serviceAccountName is missing/,
  ],
  [
    'a Kustomization as somebody without a name',
    () => kustomization({ serviceAccountName: '' }),
    /spec\.serviceAccountName is missing/,
  ],
  [
    'a Kustomization for another namespace',
    () => kustomization({ targetNamespace: other() }),
    /spec\.targetNamespace must be/,
  ],
  [
    'a Kustomization of another’s source',
    () => kustomization({ sourceRef: { ...source, namespace: other() } }),
    /sources and dependencies must be in/,
  ],
  [
    'a Kustomization that depends on its own',
    () => kustomization({ dependsOn: [{ name: 'y' }] }),
    undefined,
  ],
  [
    'a Kustomization that depends on another’s',
    () => kustomization({ dependsOn: [{ name: 'y', namespace: other() }] }),
    /sources and dependencies must be in/,
  ],
  [
    'a Kustomization for another cluster',
    () => kustomization({ kubeConfig: { configMapRef: { name: 'x' } } }),
    /spec\.kubeConfig is not allowed/,
  ],
  ['a HelmRelease', () => release(chartFrom()), undefined],
  [
    'a HelmRelease for another cluster',
    () => release({ ...chartFrom(), kubeConfig: { secretRef: { name: 'x' } } }),
    /spec\.kubeConfig is not allowed/,
  ],
  [
    'a HelmRelease that depends on another’s',
    () =>
      release({
        ...chartFrom(),
        dependsOn: [{ name: 'y', namespace: other() }],
      }),
    /sources and dependencies must be in/,
  ],
  [
    'a HelmRelease as nobody',
    () => release({ ...chartFrom(), serviceAccountName: undefined }),
    /spec\.serviceAccountName is missing/,
  ],
  [
    'a HelmRelease of another’s chart',
    () => release(chartFrom(other())),
    /sources and dependencies must be in/,
  ],
  [
    'a HelmRelease of another’s OCI repository',
    () =>
      release({
        chartRef: { kind: 'OCIRepository', name: 'x', namespace: other() },
      }),
    /sources and dependencies must be in/,
  ],
  [
    'a HelmRelease that is stored elsewhere',
    () => release({ ...chartFrom(), storageNamespace: other() }),
    /spec\.storageNamespace must be/,
  ],
  [
    'a HelmRelease that is installed elsewhere',
    () => release({ ...chartFrom(), targetNamespace: other() }),
    /spec\.targetNamespace must be/,
  ],
  ['an ImageUpdateAutomation', () => automation(), undefined],
  [
    'an ImageUpdateAutomation of another’s repository',
    () => automation(other()),
    /sources and dependencies must be in/,
  ],
  ['an ImagePolicy', () => policy(), undefined],
  [
    'an ImagePolicy of another’s images',
    () => policy(other()),
    /sources and dependencies must be in/,
  ],
  ['an HTTPProxy', () => proxy('orders.apps.example.com'), undefined],
  ['an HTTPProxy deeper down', () => proxy('a.b.apps.example.com'), undefined],
  ['an HTTPProxy that others include', () => proxy(undefined), undefined],
  [
    'an HTTPProxy of another domain',
    () => proxy('www.example.org'),
    /end in \.apps\.example\.com/,
  ],
  [
    'an HTTPProxy of a domain that ends alike',
    () => proxy('evilapps.example.com'),
    /end in \.apps\.example\.com/,
  ],
  [
    'an HTTPProxy of the domain itself',
    () => proxy('apps.example.com'),
    /end in \.apps\.example\.com/,
  ],
  [
    'an HTTPProxy of every host',
    () => proxy('*.apps.example.com'),
    /must be one host/,
  ],
  [
    'an HTTPProxy of Flux’s host',
    () => proxy('flux-webhook.apps.example.com'),
    /is where Flux listens/,
  ],
  [
    'an HTTPProxy that includes its own',
    () => proxy('a.apps.example.com', { includes: [{ name: 'x' }] }),
    undefined,
  ],
  [
    'an HTTPProxy that includes another’s',
    () =>
      proxy('a.apps.example.com', {
        includes: [{ name: 'x', namespace: other() }],
      }),
    /own namespace/,
  ],
  [
    'an HTTPProxy that includes another’s for TCP',
    () =>
      proxy('a.apps.example.com', {
        tcpproxy: { include: { name: 'x', namespace: other() } },
      }),
    /own namespace/,
  ],
  [
    'an Ingress',
    () => ingress('a.apps.example.com'),
    /ValidatingAdmissionPolicy 'tenants-ingresses'/,
  ],
  ['a Service', () => service({}), undefined],
  [
    'a load balancer',
    () => service({ type: 'LoadBalancer' }),
    /must be ClusterIP/,
  ],
  [
    'a port of the nodes',
    () => service({ type: 'NodePort' }),
    /must be ClusterIP/,
  ],
  [
    'an address of others',
    () => service({ externalIPs: ['192.0.2.1'] }),
    /addresses of others/,
  ],
];

test.describe('the policies of a fleet', () => {
  let policies: KubernetesObject[] = [];

  test.beforeAll(async () => {
    await apply(namespace(tenant()));
    await apply(httpProxies);
    await apply(certManagerMayWrite());
    policies = await renderPolicies();
    for (const each of policies) {
      await apply(each);
    }
    // The API server takes a moment to enforce them
    for (const refused of [
      kustomization({ serviceAccountName: '' }),
      kustomization({ sourceRef: { ...source, namespace: other() } }),
      proxy('www.example.org'),
      ingress('a.apps.example.com'),
      service({ type: 'NodePort' }),
    ]) {
      await expect
        .poll(() => refusalOf(refused), { timeout: seconds(60) })
        .toMatch(/ValidatingAdmissionPolicy/);
    }
  });

  test.afterAll(async () => {
    for (const { kind, metadata } of policies) {
      await remove(kind, '', metadata.name);
    }
    await remove('CustomResourceDefinition', '', httpProxies.metadata.name);
  });

  for (const [what, written, refusal] of cases) {
    test(`${refusal ? 'refuse' : 'take'} ${what}`, async () => {
      const said = await refusalOf(written());
      if (refusal) {
        expect(said).toMatch(/denied request/);
        expect(said).toMatch(refusal);
      } else {
        expect(said).toBeUndefined();
      }
    });
  }

  for (const [what, written, refusal] of [
    [
      'let cert-manager answer challenges by an Ingress of Contour',
      () => ingress('a.apps.example.com', 'contour'),
      undefined,
    ],
    [
      'keep cert-manager from the load balancers of others',
      () => ingress('a.apps.example.com', 'gce'),
      /answered by Contour/,
    ],
    [
      'keep cert-manager from the load balancers of others, named by annotation',
      () => {
        const written = ingress('a.apps.example.com');
        const annotations = { 'kubernetes.io/ingress.class': 'gce' };
        return { ...written, metadata: { ...written.metadata, annotations } };
      },
      /answered by Contour/,
    ],
    [
      'keep cert-manager from hosts elsewhere',
      () => ingress('www.example.org', 'contour'),
      /end in \.apps\.example\.com/,
    ],
    [
      'keep cert-manager from Flux’s host, for a tenant',
      () => ingress('flux-webhook.apps.example.com', 'contour'),
      /flux-webhook\.apps\.example\.com is Flux's/,
    ],
  ] as [string, () => KubernetesObject, RegExp | undefined][]) {
    test(what, async () => {
      const said = await refusalOf(written(), {
        as: certManager,
      });
      if (refusal) {
        expect(said).toMatch(refusal);
      } else {
        expect(said).toBeUndefined();
      }
    });
  }

  test('leave the fleet’s own Kustomizations alone', async () => {
    expect(
      await refusalOf(
        kustomization(
          { serviceAccountName: undefined, targetNamespace: tenant() },
          'flux-system',
        ),
      ),
    ).toBeUndefined();
  });
});
