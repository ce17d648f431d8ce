import { apiVersionOf, type ResourceType } from './kinds';

const REVIEWS = [
  'SelfSubjectAccessReview',
  'SubjectAccessReview',
  'LocalSubjectAccessReview',
];
export const AUTHORIZATION_GROUP = 'authorization.k8s.io';

const singular = (type: ResourceType) => type.kind.toLowerCase();

const groups = (types: ResourceType[]) => [
  ...new Set([
    ...types.map(type => type.group).filter(Boolean),
    AUTHORIZATION_GROUP,
  ]),
];

export function versionsOf(types: ResourceType[], group: string): string[] {
  if (group === AUTHORIZATION_GROUP) {
    return ['v1'];
  }
  return [
    ...new Set(
      types.filter(type => type.group === group).map(type => type.version),
    ),
  ];
}

function groupVersions(types: ResourceType[], group: string) {
  const versions = versionsOf(types, group).map(version => ({
    groupVersion: `${group}/${version}`,
    version,
  }));
  return { versions, preferredVersion: versions[0] };
}

export const apiVersions = (host: string) => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [
    { clientCIDR: '0.0.0.0/0', serverAddress: host },
  ],
});

export const apiGroup = (types: ResourceType[], name: string) => ({
  kind: 'APIGroup',
  apiVersion: 'v1',
  name,
  ...groupVersions(types, name),
});

export const apiGroupList = (types: ResourceType[]) => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groups(types).map(name => ({ name, ...groupVersions(types, name) })),
});

/** undefined when the group and version are not served. */
export function apiResourceList(
  types: ResourceType[],
  group: string,
  version: string,
) {
  const found = types.filter(
    type => type.group === group && type.version === version,
  );
  const resources: object[] = found.flatMap(type => [
    {
      name: type.plural,
      singularName: singular(type),
      namespaced: type.namespaced,
      kind: type.kind,
      verbs: type.verbs,
      ...(type.shortNames.length && { shortNames: type.shortNames }),
    },
    ...type.subresources.map(subresource => ({
      name: `${type.plural}/${subresource}`,
      singularName: '',
      namespaced: type.namespaced,
      ...(subresource === 'scale'
        ? { group: 'autoscaling', version: 'v1', kind: 'Scale' }
        : { kind: type.kind }),
      verbs: subresource === 'log' ? ['get'] : ['get', 'patch', 'update'],
    })),
  ]);
  if (group === AUTHORIZATION_GROUP && version === 'v1') {
    resources.push(
      ...REVIEWS.map(kind => ({
        name: `${kind.toLowerCase()}s`,
        singularName: kind.toLowerCase(),
        namespaced: kind.startsWith('Local'),
        kind,
        verbs: ['create'],
      })),
    );
  }
  return resources.length
    ? {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: group ? `${group}/${version}` : version,
        resources,
      }
    : undefined;
}

/** Everything in one answer, as newer clients ask for it. */
export function aggregatedDiscovery(types: ResourceType[], core: boolean) {
  const names = core ? [''] : groups(types);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: names.map(name => ({
      metadata: { name, creationTimestamp: null },
      versions: versionsOf(types, name).map(version => ({
        version,
        freshness: 'Current',
        resources: types
          .filter(
            type =>
              apiVersionOf(type) === (name ? `${name}/${version}` : version),
          )
          .map(type => ({
            resource: type.plural,
            responseKind: {
              group: type.group,
              version: type.version,
              kind: type.kind,
            },
            scope: type.namespaced ? 'Namespaced' : 'Cluster',
            singularResource: singular(type),
            verbs: type.verbs,
            ...(type.shortNames.length && { shortNames: type.shortNames }),
            ...(type.subresources.length && {
              subresources: type.subresources.map(subresource => ({
                subresource,
                responseKind: {
                  group: subresource === 'scale' ? 'autoscaling' : type.group,
                  version: subresource === 'scale' ? 'v1' : type.version,
                  kind: subresource === 'scale' ? 'Scale' : type.kind,
                },
                verbs:
                  subresource === 'log' ? ['get'] : ['get', 'patch', 'update'],
              })),
            }),
          })),
      })),
    })),
  };
}

export const version = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3+sandbox',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '',
  goVersion: '',
  compiler: '',
  platform: 'sandbox',
};
