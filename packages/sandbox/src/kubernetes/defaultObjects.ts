import type { KubernetesObject } from '../controllers/client';
import type { PolicyRule } from './Authorizer';
import { qualifiedResource, RESOURCE_TYPES } from './kinds';

const RBAC = 'rbac.authorization.k8s.io';
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];

const FLUX_GROUPS = [
  'notification.toolkit.fluxcd.io',
  'source.toolkit.fluxcd.io',
  'source.extensions.fluxcd.io',
  'helm.toolkit.fluxcd.io',
  'image.toolkit.fluxcd.io',
  'kustomize.toolkit.fluxcd.io',
];

const WORKLOADS: PolicyRule[] = [
  {
    apiGroups: [''],
    resources: [
      'configmaps',
      'endpoints',
      'persistentvolumeclaims',
      'pods',
      'replicationcontrollers',
      'replicationcontrollers/scale',
      'serviceaccounts',
      'services',
    ],
  },
  {
    apiGroups: ['apps'],
    resources: [
      'daemonsets',
      'deployments',
      'deployments/scale',
      'replicasets',
      'replicasets/scale',
      'statefulsets',
      'statefulsets/scale',
    ],
  },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'] },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'] },
  {
    apiGroups: ['networking.k8s.io'],
    resources: ['ingresses', 'networkpolicies'],
  },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'] },
];

const withVerbs = (rules: PolicyRule[], verbs: string[]) =>
  rules.map(rule => ({ ...rule, verbs }));

const aggregateLabel = (role: string) =>
  `rbac.authorization.k8s.io/aggregate-to-${role}`;

function clusterRole(
  name: string,
  rules: PolicyRule[],
  extra: { labels?: Record<string, string>; aggregate?: string } = {},
): KubernetesObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name, ...(extra.labels && { labels: extra.labels }) },
    ...(extra.aggregate && {
      aggregationRule: {
        clusterRoleSelectors: [
          { matchLabels: { [aggregateLabel(extra.aggregate)]: 'true' } },
        ],
      },
    }),
    rules,
  };
}

const aggregateTo = (...roles: string[]) =>
  Object.fromEntries(roles.map(role => [aggregateLabel(role), 'true']));

function clusterRoleBinding(
  name: string,
  role: string,
  subjects: object[],
): KubernetesObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects,
  };
}

const group = (name: string) => ({ apiGroup: RBAC, kind: 'Group', name });

const ROLES: KubernetesObject[] = [
  clusterRole('cluster-admin', [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ]),
  clusterRole('admin', [], { aggregate: 'admin' }),
  clusterRole('edit', [], {
    aggregate: 'edit',
    labels: aggregateTo('admin'),
  }),
  clusterRole('view', [], { aggregate: 'view', labels: aggregateTo('edit') }),
  clusterRole(
    'system:aggregate-to-admin',
    [
      {
        apiGroups: [RBAC],
        resources: ['rolebindings', 'roles'],
        verbs: [...READ, ...WRITE],
      },
      {
        apiGroups: ['authorization.k8s.io'],
        resources: ['localsubjectaccessreviews'],
        verbs: ['create'],
      },
    ],
    { labels: aggregateTo('admin') },
  ),
  clusterRole(
    'system:aggregate-to-edit',
    [
      ...withVerbs(WORKLOADS, WRITE),
      {
        apiGroups: [''],
        resources: ['secrets'],
        verbs: [...READ, ...WRITE],
      },
      {
        apiGroups: ['', 'events.k8s.io'],
        resources: ['events'],
        verbs: ['create', 'patch', 'update'],
      },
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        verbs: [...READ, ...WRITE],
      },
    ],
    { labels: aggregateTo('edit') },
  ),
  clusterRole(
    'system:aggregate-to-view',
    [
      ...withVerbs(WORKLOADS, READ),
      {
        apiGroups: [''],
        resources: [
          'bindings',
          'events',
          'limitranges',
          'namespaces',
          'namespaces/status',
          'pods/log',
          'pods/status',
          'resourcequotas',
          'resourcequotas/status',
        ],
        verbs: READ,
      },
      { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: READ },
    ],
    { labels: aggregateTo('view') },
  ),
  clusterRole('system:basic-user', [
    {
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      verbs: ['create'],
    },
  ]),
  clusterRole('system:discovery', [
    {
      nonResourceURLs: [
        '/api',
        '/api/*',
        '/apis',
        '/apis/*',
        '/openapi',
        '/openapi/*',
      ],
      verbs: ['get'],
    },
  ]),
  clusterRole('system:public-info-viewer', [
    {
      nonResourceURLs: [
        '/healthz',
        '/livez',
        '/readyz',
        '/version',
        '/version/',
      ],
      verbs: ['get'],
    },
  ]),
  // As `flux install` brings them: without these, `admin` says nothing of Flux.
  clusterRole(
    'flux-edit-flux-system',
    [{ apiGroups: FLUX_GROUPS, resources: ['*'], verbs: WRITE }],
    { labels: aggregateTo('admin', 'edit') },
  ),
  clusterRole(
    'flux-view-flux-system',
    [{ apiGroups: FLUX_GROUPS, resources: ['*'], verbs: READ }],
    { labels: aggregateTo('admin', 'edit', 'view') },
  ),
  // As the charts of these add-ons bring them.
  ...(
    [
      ['flagger', 'flagger.app'],
      ['contour', 'projectcontour.io'],
      ['cert-manager', 'cert-manager.io'],
      ['gateway', 'gateway.networking.k8s.io'],
    ] as const
  ).flatMap(([name, apiGroup]) => [
    clusterRole(
      `${name}-edit`,
      [{ apiGroups: [apiGroup], resources: ['*'], verbs: WRITE }],
      { labels: aggregateTo('admin', 'edit') },
    ),
    clusterRole(
      `${name}-view`,
      [{ apiGroups: [apiGroup], resources: ['*'], verbs: READ }],
      { labels: aggregateTo('admin', 'edit', 'view') },
    ),
  ]),
];

const BINDINGS: KubernetesObject[] = [
  clusterRoleBinding('cluster-admin', 'cluster-admin', [
    group('system:masters'),
  ]),
  clusterRoleBinding('system:basic-user', 'system:basic-user', [
    group('system:authenticated'),
  ]),
  clusterRoleBinding('system:discovery', 'system:discovery', [
    group('system:authenticated'),
  ]),
  clusterRoleBinding('system:public-info-viewer', 'system:public-info-viewer', [
    group('system:authenticated'),
    group('system:unauthenticated'),
  ]),
  clusterRoleBinding('cluster-reconciler-flux-system', 'cluster-admin', [
    {
      kind: 'ServiceAccount',
      name: 'kustomize-controller',
      namespace: 'flux-system',
    },
    {
      kind: 'ServiceAccount',
      name: 'helm-controller',
      namespace: 'flux-system',
    },
  ]),
];

const NAMESPACES = ['default', 'kube-system', 'flux-system'];

const NODE: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: 'sandbox-node-0',
    labels: {
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': 'sandbox-node-0',
      'kubernetes.io/os': 'linux',
    },
  },
  spec: { podCIDR: '10.244.0.0/24', podCIDRs: ['10.244.0.0/24'] },
  status: {
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: 'sandbox-node-0' },
    ],
    allocatable: { cpu: '4', memory: '16Gi', pods: '110' },
    capacity: { cpu: '4', memory: '16Gi', pods: '110' },
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
      },
    ],
  },
};

function customResourceDefinitions(): KubernetesObject[] {
  return RESOURCE_TYPES.filter(type => type.custom).map(type => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: qualifiedResource(type),
      ...(FLUX_GROUPS.includes(type.group) && {
        labels: { 'app.kubernetes.io/part-of': 'flux' },
      }),
    },
    spec: {
      group: type.group,
      names: {
        kind: type.kind,
        listKind: `${type.kind}List`,
        plural: type.plural,
        singular: type.kind.toLowerCase(),
        ...(type.shortNames.length && { shortNames: type.shortNames }),
      },
      scope: type.namespaced ? 'Namespaced' : 'Cluster',
      versions: [
        {
          name: type.version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: 'object',
              'x-kubernetes-preserve-unknown-fields': true,
            },
          },
        },
      ],
    },
    status: {
      acceptedNames: { kind: type.kind, plural: type.plural },
      conditions: [
        {
          type: 'NamesAccepted',
          status: 'True',
          reason: 'NoConflicts',
          message: 'no conflicts found',
        },
        {
          type: 'Established',
          status: 'True',
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        },
      ],
      storedVersions: [type.version],
    },
  }));
}

/** What a cluster with Flux in it holds before anybody has used it. */
export function defaultObjects(): KubernetesObject[] {
  return [
    ...NAMESPACES.map(
      (name): KubernetesObject => ({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name },
      }),
    ),
    ...NAMESPACES.map(
      (namespace): KubernetesObject => ({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace },
      }),
    ),
    ...[
      'source-controller',
      'kustomize-controller',
      'helm-controller',
      'notification-controller',
      'image-reflector-controller',
      'image-automation-controller',
    ].map(
      (name): KubernetesObject => ({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name, namespace: 'flux-system' },
      }),
    ),
    NODE,
    ...ROLES,
    ...BINDINGS,
    ...customResourceDefinitions(),
  ];
}
