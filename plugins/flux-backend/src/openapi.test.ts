import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import {
  ActionResponse,
  fluxKinds,
  FluxApiComponents,
  FluxApiOperations,
  FluxClusterInfo,
  FluxEntityView,
  FluxNamespaceInfo,
  FluxResourceDetail,
  FluxResourceList,
  FluxStreamEvents,
  ReconcileRequest,
  ResourceState,
  resourceStates,
  ResumeRequest,
  SuspendRequest,
} from '@backstage-flux/plugin-flux-common';
import { readOpenApiDocument } from './openapi/document';
import { RequestParser } from './openapi/RequestParser';
import { listedKinds } from './resources/listedKinds';
import { createRouter } from './router';

const document = readOpenApiDocument();

type Answer<TId extends keyof FluxApiOperations> =
  FluxApiOperations[TId] extends {
    responses: { 200: { content: { 'application/json': infer TAnswer } } };
  }
    ? TAnswer
    : never;
type Schema<TName extends keyof FluxApiComponents['schemas']> =
  FluxApiComponents['schemas'][TName];
/** Without it, a member that may be left out could be forgotten. */
type Whole<T> = T extends object ? { [K in keyof T]-?: Whole<T[K]> } : T;
type Same<A, B> = [A, B, Whole<A>, Whole<B>] extends [B, A, Whole<B>, Whole<A>]
  ? 'same'
  : { isnt: A; expected: B };

/** Checked by the compiler: what the document says and what the types say is the same, both ways. */
const described: {
  listClusters: Same<Answer<'listClusters'>, { items: FluxClusterInfo[] }>;
  getNamespace: Same<Answer<'getNamespace'>, FluxNamespaceInfo>;
  listResources: Same<Answer<'listResources'>, FluxResourceList>;
  getResource: Same<Answer<'getResource'>, FluxResourceDetail>;
  getEntityResource: Same<Answer<'getEntityResource'>, FluxResourceDetail>;
  getEntityView: Same<Answer<'getEntityView'>, FluxEntityView>;
  actions: Same<Answer<'reconcile' | 'suspend' | 'resume'>, ActionResponse>;
  reconcile: Same<Schema<'ReconcileRequest'>, ReconcileRequest>;
  suspend: Same<Schema<'SuspendRequest'>, SuspendRequest>;
  resume: Same<Schema<'ResumeRequest'>, ResumeRequest>;
  states: Same<Schema<'ResourceState'>, ResourceState>;
  view: Same<Schema<'FluxStreamView'>, FluxStreamEvents['view']>;
  unchanged: Same<Schema<'FluxStreamUnchanged'>, FluxStreamEvents['unchanged']>;
  failed: Same<Schema<'FluxStreamFailed'>, FluxStreamEvents['failed']>;
} = {
  listClusters: 'same',
  getNamespace: 'same',
  listResources: 'same',
  getResource: 'same',
  getEntityResource: 'same',
  getEntityView: 'same',
  actions: 'same',
  reconcile: 'same',
  suspend: 'same',
  resume: 'same',
  states: 'same',
  view: 'same',
  unchanged: 'same',
  failed: 'same',
};

function describedRoutes(): string[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    (['get', 'post'] as const)
      .filter(method => item[method])
      .map(method => `${method} ${path}`),
  );
}

function servedRoutes(): string[] {
  const router = createRouter({
    auditor: mockServices.auditor.mock(),
    httpAuth: mockServices.httpAuth.mock(),
    permissions: mockServices.permissions.mock(),
  } as Partial<Parameters<typeof createRouter>[0]> as any);
  return router.stack.flatMap(({ route }: any) =>
    route
      ? Object.keys(route.methods).map(
          method => `${method} ${route.path.replace(/:(\w+)/g, '{$1}')}`,
        )
      : [],
  );
}

describe('openapi.yaml', () => {
  it('describes every route of the router, and no other', () => {
    expect(servedRoutes().length).toBeGreaterThan(0);
    expect(describedRoutes().sort()).toEqual(servedRoutes().sort());
  });

  it('describes the types of answers, which the compiler checks', () => {
    expect(new Set(Object.values(described))).toEqual(new Set(['same']));
  });

  it('is what the types for clients are generated from', () => {
    execFileSync(process.execPath, [
      resolve(__dirname, '../scripts/openapi.mjs'),
      '--check',
    ]);
  });

  it('names all states in their order, and all kinds that can be listed', () => {
    const { ResourceState: states, ListedKind: kinds } =
      document.components.schemas;
    expect(states.enum).toEqual(resourceStates);
    expect(kinds.enum).toEqual(
      fluxKinds.map(({ kind }) => kind).filter(kind => listedKinds.has(kind)),
    );
  });
});

describe('requests', () => {
  const requests = new RequestParser(document);
  const entity = { namespace: 'default', kind: 'component', name: 'orders' };
  const ref = {
    cluster: 'prod-eu',
    group: 'kustomize.toolkit.fluxcd.io',
    kind: 'Kustomization',
    namespace: 'orders',
    name: 'orders',
  };
  const named = { cluster: 'prod-eu', namespace: 'orders' };
  const parse = (
    id: keyof FluxApiOperations,
    url: string,
    body?: unknown,
    params = {},
  ) => requests.parse(id, { url, params, body } as any);

  it('get the document’s defaults', () => {
    expect(parse('listResources', '/resources').query).toEqual({
      sort: 'state',
      limit: 50,
    });
    expect(parse('getEntityLog', '/?id=a/b/c/d/e', {}, entity).query).toEqual({
      id: 'a/b/c/d/e',
      tailLines: 200,
      previous: false,
    });
  });

  it('are read as what the document says they are', () => {
    expect(
      parse(
        'listResources',
        '/resources?cluster=prod-eu&state=failing&state=stalled&limit=10&search=a+b&order=desc',
      ).query,
    ).toEqual({
      cluster: ['prod-eu'],
      state: ['failing', 'stalled'],
      limit: 10,
      search: 'a b',
      sort: 'state',
      order: 'desc',
    });
    const many = Array.from({ length: 50 }, (_, i) => `component:a/b${i}`);
    const query = new URLSearchParams(many.map(value => ['entity', value]));
    expect(parse('streamEntityViews', `/stream?${query}`).query).toEqual({
      entity: many,
    });
  });

  it.each([
    [
      'listResources',
      '/?limit=1000',
      "Invalid query: 'limit' expected a number between 1 and 200, got 1000",
    ],
    [
      'listResources',
      '/?limit=ten',
      `Invalid query: 'limit' expected a number between 1 and 200, got "ten"`,
    ],
    [
      'listResources',
      '/?search=a&search=b',
      `Invalid query: 'search' expected text, got ["a","b"]`,
    ],
    [
      'listResources',
      '/?sort=age',
      `Invalid query: 'sort' expected one of state, name, kind, cluster, namespace, since, got "age"`,
    ],
    [
      'listResources',
      '/?state=failing&state=bad',
      `Invalid query: 'state[1]' expected one of failing, stalled, suspended, progressing, updatePending, waiting, stale, unknown, upToDate, got "bad"`,
    ],
    [
      'listResources',
      '/?kinds=Kustomization',
      "Invalid query: 'kinds' unknown key 'kinds', expected one of cluster, cursor, kind, limit, namespace, order, search, sort, state",
    ],
    [
      'getResource',
      '/?id=nothing',
      `Invalid query: 'id' expected the id of an object (cluster/group/kind/namespace/name), got "nothing"`,
    ],
    [
      'getResource',
      '/',
      "Invalid query: 'id' expected the id of an object (cluster/group/kind/namespace/name), it is missing",
    ],
    [
      'streamEntityViews',
      '/stream',
      "Invalid query: 'entity' expected 1 to 50 entity references, it is missing",
    ],
    [
      'streamEntityViews',
      '/stream?entity=orders',
      `Invalid query: 'entity[0]' expected an entity reference such as component:default/orders, got "orders"`,
    ],
  ] as const)('%s %s is refused: %s', (id, url, message) => {
    expect(() => parse(id, url)).toThrow(
      expect.objectContaining({ name: 'InputError', message }),
    );
  });

  it.each(['Orders', 'orders.shop', '-orders', 'a'.repeat(64), '..'])(
    'of the namespace %s is refused',
    namespace => {
      expect(() =>
        parse('getNamespace', '/', {}, { ...named, namespace }),
      ).toThrow(
        expect.objectContaining({
          name: 'InputError',
          message: `Invalid path: 'namespace' expected the name of a namespace (lower-case letters, digits and dashes, at most 63), got ${JSON.stringify(
            namespace,
          )}`,
        }),
      );
    },
  );

  it.each([
    [
      'suspend',
      { resources: [ref] },
      "Invalid body: 'reason' expected a reason of 1 to 280 characters, it is missing",
    ],
    [
      'suspend',
      { resources: [ref], reason: '  ' },
      `Invalid body: 'reason' expected a reason of 1 to 280 characters, got "  "`,
    ],
    [
      'resume',
      { resources: [] },
      "Invalid body: 'resources' expected a list of 1 to 100 objects, got []",
    ],
    [
      'resume',
      { resources: [{ ...ref, name: '../x' }] },
      `Invalid body: 'resources[0].name' expected the name of a Kubernetes object, got "../x"`,
    ],
    [
      'reconcile',
      { withSources: true },
      "Invalid body: 'withSources' unknown key 'withSources', expected one of cluster, resources, withSource",
    ],
  ] as const)('%s of %j is refused: %s', (id, body, message) => {
    expect(() => parse(id, '/', body, entity)).toThrow(
      expect.objectContaining({ name: 'InputError', message }),
    );
  });

  it('with what the document allows are let through as they are', () => {
    const body = { resources: [ref], reason: 'holiday' };
    expect(parse('suspend', '/', body, entity)).toEqual({
      path: entity,
      query: {},
      body,
    });
    expect(parse('reconcile', '/', {}, entity).body).toEqual({});
    expect(parse('getNamespace', '/', {}, named).path).toEqual(named);
  });
});
