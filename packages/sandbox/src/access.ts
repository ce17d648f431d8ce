const read = ['get', 'list', 'watch'];

/**
 * What Backstage may do on a cluster, as a careful platform team would allow it: read what the tab shows,
 * patch Flux objects, and write what an enrolment consists of. It never reads a Secret.
 */
export const accessObjects = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'backstage-flux' },
    rules: [
      {
        apiGroups: [
          'source.toolkit.fluxcd.io',
          'kustomize.toolkit.fluxcd.io',
          'helm.toolkit.fluxcd.io',
          'image.toolkit.fluxcd.io',
          'notification.toolkit.fluxcd.io',
          'source.extensions.fluxcd.io',
        ],
        resources: ['*'],
        verbs: [...read, 'create', 'patch'],
      },
      {
        apiGroups: [''],
        resources: [
          'configmaps',
          'events',
          'limitranges',
          'namespaces',
          'nodes',
          'persistentvolumeclaims',
          'pods',
          'pods/log',
          'resourcequotas',
          'services',
          'serviceaccounts',
        ],
        verbs: read,
      },
      {
        apiGroups: [
          'apps',
          'autoscaling',
          'batch',
          'networking.k8s.io',
          'gateway.networking.k8s.io',
          'apiextensions.k8s.io',
          'flagger.app',
          'projectcontour.io',
        ],
        resources: ['*'],
        verbs: read,
      },
      {
        apiGroups: [''],
        resources: ['namespaces', 'serviceaccounts', 'secrets'],
        verbs: ['create', 'patch'],
      },
      {
        // What an enrolment made is taken back when its next step fails
        apiGroups: [''],
        resources: ['namespaces'],
        verbs: ['delete'],
      },
      {
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['rolebindings'],
        verbs: [...read, 'create', 'patch'],
      },
      {
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['clusterroles'],
        resourceNames: ['admin'],
        verbs: ['bind'],
      },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'backstage-flux' },
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: 'backstage-flux',
    },
    subjects: [
      {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'User',
        name: 'backstage',
      },
    ],
  },
];
