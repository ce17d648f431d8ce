import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import recorded from './__fixtures__/applied.deployment.json';
import { startKubernetesApi, type KubernetesApi } from './index';

jest.setTimeout(30_000);

const logger = mockServices.logger.mock();
const tokens = [
  { token: 'root', user: 'admin', groups: ['system:masters'] },
  { token: 'backstage', user: 'backstage', groups: [] },
];

let api: KubernetesApi;
const start = (options: object = {}) =>
  startKubernetesApi({ name: 'test', port: 0, tokens, logger, ...options });

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const response = await fetch(api.url + path, {
    method,
    headers: {
      authorization: 'Bearer root',
      'content-type': 'application/json',
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    code: response.status,
    headers: response.headers,
    body: text.startsWith('{') ? JSON.parse(text) : text,
  };
}

const apply = (path: string, body: unknown, query: string, headers = {}) =>
  call('PATCH', `${path}?${query}`, body, {
    'content-type': 'application/apply-patch+yaml',
    ...headers,
  });

const merge = (path: string, body: unknown) =>
  call('PATCH', path, body, { 'content-type': 'application/merge-patch+json' });

async function readLines(path: string, count: number): Promise<any[]> {
  const controller = new AbortController();
  const response = await fetch(api.url + path, {
    headers: { authorization: 'Bearer root' },
    signal: controller.signal,
  });
  const lines: any[] = [];
  let rest = '';
  for await (const chunk of response.body as any) {
    const parts = (rest + Buffer.from(chunk).toString('utf8')).split('\n');
    rest = parts.pop()!;
    lines.push(...parts.map(part => JSON.parse(part)));
    if (lines.length >= count) {
      break;
    }
  }
  controller.abort();
  return lines;
}

const configMap = (name: string, extra: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...extra },
  data: { key: 'value' },
});

const deployment = (spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'registry/web:1.0.0' }] },
    },
    ...spec,
  },
});

const CONFIGMAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

beforeEach(async () => {
  api = await start();
});
afterEach(() => api.close());

describe('objects', () => {
  it('creates, reads, updates, refuses a stale update, and deletes', async () => {
    const created = await call('POST', CONFIGMAPS, configMap('a'));
    expect(created.code).toBe(201);
    expect(created.body.metadata).toMatchObject({
      name: 'a',
      namespace: 'default',
      uid: expect.any(String),
      resourceVersion: expect.any(String),
    });
    expect((await call('POST', CONFIGMAPS, configMap('a'))).body).toMatchObject(
      {
        code: 409,
        reason: 'AlreadyExists',
        message: 'configmaps "a" already exists',
      },
    );

    const stale = created.body;
    await merge(`${CONFIGMAPS}/a`, { data: { key: 'new', more: '1' } });
    expect((await call('PUT', `${CONFIGMAPS}/a`, stale)).body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    });
    await merge(`${CONFIGMAPS}/a`, { data: { more: null } });
    expect((await call('GET', `${CONFIGMAPS}/a`)).body.data).toEqual({
      key: 'new',
    });

    expect((await call('DELETE', `${CONFIGMAPS}/a`)).body.status).toBe(
      'Success',
    );
    expect((await call('GET', `${CONFIGMAPS}/a`)).body).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'configmaps "a" not found',
    });
  });
});

it('refuses bodies that it cannot read', async () => {
  const type = { 'content-type': 'application/vnd.kubernetes.protobuf' };
  expect((await call('POST', CONFIGMAPS, {}, type)).body).toMatchObject({
    code: 415,
    reason: 'UnsupportedMediaType',
  });
  expect((await call('POST', CONFIGMAPS, 'text')).code).toBe(400);
  const binary = await call('PATCH', `${CONFIGMAPS}/a`, {});
  expect(binary.code).toBe(415);
});

describe('lists and watches', () => {
  it('selects by labels and fields', async () => {
    for (const [name, app] of [
      ['a', 'web'],
      ['b', 'api'],
      ['c', undefined],
    ]) {
      const labels = app ? { app } : {};
      await call('POST', CONFIGMAPS, configMap(name!, { labels }));
    }
    const names = async (query: string) =>
      (await call('GET', `${CONFIGMAPS}?${query}`)).body.items?.map(
        (item: any) => item.metadata.name,
      );
    const label = (selector: string) =>
      names(`labelSelector=${encodeURIComponent(selector)}`);
    expect(await label('app=web')).toEqual(['a']);
    expect(await label('app!=web')).toEqual(['b', 'c']);
    expect(await label('app in (web, api)')).toEqual(['a', 'b']);
    expect(await label('app notin (web),app')).toEqual(['b']);
    expect(await label('!app')).toEqual(['c']);
    expect(await names('fieldSelector=metadata.name%3Db')).toEqual(['b']);
    const bad = await call('GET', `${CONFIGMAPS}?fieldSelector=data.key%3D1`);
    expect(bad.body).toMatchObject({
      code: 400,
      message: expect.stringContaining('field label not supported: data.key'),
    });
  });

  it('pages through a list as it was, until the history is gone', async () => {
    for (const name of ['a', 'b', 'c']) {
      await call('POST', CONFIGMAPS, configMap(name));
    }
    const first = (await call('GET', `${CONFIGMAPS}?limit=2`)).body;
    expect(first.metadata.remainingItemCount).toBe(1);
    await call('DELETE', `${CONFIGMAPS}/c`);
    const path = `${CONFIGMAPS}?limit=2&continue=${first.metadata.continue}`;
    const second = (await call('GET', path)).body;
    expect(second.items.map((item: any) => item.metadata.name)).toEqual(['c']);
    expect(second.metadata.continue).toBeUndefined();

    api.compact();
    await call('POST', CONFIGMAPS, configMap('d'));
    expect((await call('GET', path)).body).toMatchObject({
      code: 410,
      reason: 'Expired',
    });
  });

  it('watches from a revision, and lets a selector add and delete', async () => {
    const { metadata } = (await call('GET', CONFIGMAPS)).body;
    await call('POST', CONFIGMAPS, configMap('a', { labels: { app: 'web' } }));
    await merge(`${CONFIGMAPS}/a`, { data: { key: '2' } });
    await merge(`${CONFIGMAPS}/a`, { metadata: { labels: { app: 'api' } } });
    const events = await readLines(
      `${CONFIGMAPS}?watch=1&labelSelector=app%3Dweb&resourceVersion=${metadata.resourceVersion}`,
      3,
    );
    expect(events.map(event => [event.type, event.object.data.key])).toEqual([
      ['ADDED', 'value'],
      ['MODIFIED', '2'],
      ['DELETED', '2'],
    ]);
  });

  it('says when a revision is too old, and marks the end of the initial events', async () => {
    api.compact();
    const [error] = await readLines(
      `${CONFIGMAPS}?watch=1&resourceVersion=1`,
      1,
    );
    expect(error).toMatchObject({
      type: 'ERROR',
      object: { code: 410, reason: 'Expired' },
    });
    const events = await readLines(
      '/api/v1/namespaces?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
      4,
    );
    expect(events.map(event => event.type)).toEqual([
      'ADDED',
      'ADDED',
      'ADDED',
      'BOOKMARK',
    ]);
    expect(events[3].object.metadata.annotations).toEqual({
      'k8s.io/initial-events-end': 'true',
    });
  });
});

describe('validation', () => {
  const apply1 = (body: unknown) =>
    apply(`${DEPLOYMENTS}/web`, body, 'fieldManager=test');

  it('refuses wrong types and unknown fields of an apply in the real words', async () => {
    expect((await apply1(deployment({ replicas: 'two' }))).body.message).toBe(
      'failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string',
    );
    expect((await apply1(deployment({ foo: 1 }))).body.message).toBe(
      'failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema',
    );
  });

  it('refuses values that are out of range, missing, or never change', async () => {
    expect((await apply1(deployment({ replicas: -1 }))).body).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message:
        'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    });
    expect(
      (await apply1(deployment({ selector: undefined }))).body.message,
    ).toBe('Deployment.apps "web" is invalid: spec.selector: Required value');
    await apply1(deployment());
    const labels = { app: 'other' };
    const changed = deployment({
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'web', image: 'registry/web:1.0.0' }] },
      },
    });
    expect((await apply1(changed)).body.message).toContain(
      'spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable',
    );
  });

  it('refuses bad names, unknown namespaces, kinds and fields', async () => {
    const bad = await call('POST', CONFIGMAPS, configMap('Bad_Name'));
    expect(bad.body.message).toMatch(
      /^ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist/,
    );
    const nowhere = '/api/v1/namespaces/nowhere/configmaps';
    expect((await call('POST', nowhere, configMap('a'))).body.message).toBe(
      'namespaces "nowhere" not found',
    );
    expect(
      (await call('GET', '/apis/example.com/v1/things')).body,
    ).toMatchObject({
      code: 404,
      message: 'the server could not find the requested resource',
    });
    const strict = await call(
      'POST',
      `${DEPLOYMENTS}?fieldValidation=Strict`,
      deployment({ foo: 1 }),
    );
    expect(strict.body.message).toContain('unknown field "spec.foo"');
    const lenient = await call('POST', DEPLOYMENTS, deployment({ foo: 1 }));
    expect(lenient.headers.get('warning')).toContain('spec.foo');
    expect(lenient.body.spec.foo).toBeUndefined();
  });
});

describe('server-side apply', () => {
  it('makes of an apply what a real API server made of it', async () => {
    const { name, labels, namespace } = recorded.metadata;
    await call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
    const { replicas, selector, template } = recorded.spec;
    const [container] = template.spec.containers;
    const applied = await apply(
      `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace, labels },
        spec: {
          replicas,
          selector,
          strategy: {},
          template: {
            metadata: template.metadata,
            spec: {
              containers: [
                { name: container.name, image: container.image, resources: {} },
              ],
            },
          },
        },
      },
      'fieldManager=kustomize-controller&force=true',
    );
    const anew = {
      creationTimestamp: expect.any(String),
      resourceVersion: expect.any(String),
      uid: expect.any(String),
    };
    expect(applied.body).toEqual({
      ...recorded,
      metadata: {
        ...recorded.metadata,
        ...anew,
        managedFields: recorded.metadata.managedFields.map(entry => ({
          ...entry,
          time: expect.any(String),
        })),
      },
    });
  });

  it('keeps what others own, removes what was dropped, and tells of conflicts', async () => {
    const path = `${CONFIGMAPS}/a`;
    const config = (data: object) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      data,
    });
    const first = await apply(
      path,
      config({ one: '1', two: '2' }),
      'fieldManager=flux',
    );
    expect(first.code).toBe(201);
    expect(first.body.metadata.managedFields).toMatchObject([
      {
        manager: 'flux',
        operation: 'Apply',
        fieldsV1: { 'f:data': { 'f:one': {}, 'f:two': {} } },
      },
    ]);
    await apply(path, config({ three: '3' }), 'fieldManager=other');
    const second = await apply(path, config({ one: '1' }), 'fieldManager=flux');
    expect(second.body.data).toEqual({ one: '1', three: '3' });

    const refused = await apply(
      path,
      config({ one: 'x' }),
      'fieldManager=other',
    );
    expect(refused.body).toMatchObject({
      code: 409,
      message: 'Apply failed with 1 conflict: conflict with "flux": .data.one',
    });
    const forced = await apply(
      path,
      config({ one: 'x' }),
      'fieldManager=other&force=true',
    );
    expect(forced.body.data).toEqual({ one: 'x' });
  });

  it('merges containers by name, changes nothing in a dry run or when nothing changes', async () => {
    const path = `${DEPLOYMENTS}/web`;
    const created = await apply(path, deployment(), 'fieldManager=flux');
    expect(created.body.metadata.generation).toBe(1);
    expect(created.body.spec).toMatchObject({
      progressDeadlineSeconds: 600,
      strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    });
    const again = await apply(path, deployment(), 'fieldManager=flux');
    expect(again.body.metadata.resourceVersion).toBe(
      created.body.metadata.resourceVersion,
    );
    const image = {
      ...deployment(),
      spec: {
        template: {
          spec: { containers: [{ name: 'web', image: 'registry/web:2.0.0' }] },
        },
      },
    };
    await apply(path, image, 'fieldManager=auto&force=true&dryRun=All');
    expect(
      (await call('GET', path)).body.spec.template.spec.containers[0].image,
    ).toBe('registry/web:1.0.0');
    const forced = await apply(path, image, 'fieldManager=auto&force=true');
    expect(forced.body.spec.template.spec.containers).toMatchObject([
      {
        name: 'web',
        image: 'registry/web:2.0.0',
        imagePullPolicy: 'IfNotPresent',
      },
    ]);
    expect(forced.body.metadata.generation).toBe(2);
  });

  it('leaves status to its subresource', async () => {
    const path = `${DEPLOYMENTS}/web`;
    await apply(path, deployment(), 'fieldManager=flux');
    const ignored = await merge(path, { status: { replicas: 9 } });
    expect(ignored.body.status).toEqual({});
    const written = await merge(`${path}/status`, {
      status: { replicas: 2 },
      spec: { replicas: 7 },
    });
    expect(written.body).toMatchObject({
      metadata: { generation: 1 },
      spec: { replicas: 2 },
      status: { replicas: 2 },
    });
    const scaled = await merge(`${path}/scale`, { spec: { replicas: 5 } });
    expect(scaled.body).toMatchObject({ kind: 'Scale', spec: { replicas: 5 } });
    expect((await call('GET', path)).body.metadata.generation).toBe(2);
  });
});

/** Polls until the object is gone. */
async function gone(path: string) {
  for (;;) {
    if ((await call('GET', path)).code === 404) {
      return;
    }
  }
}

describe('deletion', () => {
  it('collects what has lost its owner', async () => {
    const owner = (await call('POST', CONFIGMAPS, configMap('owner'))).body;
    const { uid } = owner.metadata;
    const ownerReferences = [
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid },
    ];
    await call('POST', CONFIGMAPS, configMap('owned', { ownerReferences }));
    await call('DELETE', `${CONFIGMAPS}/owner`);
    await gone(`${CONFIGMAPS}/owned`);
    expect((await call('GET', CONFIGMAPS)).body.items).toEqual([]);
  });

  it('waits for finalizers', async () => {
    const finalizers = ['example.com/hold'];
    await call('POST', CONFIGMAPS, configMap('held', { finalizers }));
    const deleted = await call('DELETE', `${CONFIGMAPS}/held`);
    expect(deleted.body.metadata.deletionTimestamp).toEqual(expect.any(String));
    await merge(`${CONFIGMAPS}/held`, { metadata: { finalizers: null } });
    expect((await call('GET', `${CONFIGMAPS}/held`)).code).toBe(404);
  });

  it('lets dependents of an orphaning deletion live on', async () => {
    const owner = (await call('POST', CONFIGMAPS, configMap('owner'))).body;
    const { uid } = owner.metadata;
    const ownerReferences = [
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid },
    ];
    await call('POST', CONFIGMAPS, configMap('owned', { ownerReferences }));
    await call('DELETE', `${CONFIGMAPS}/owner?propagationPolicy=Orphan`);
    await gone(`${CONFIGMAPS}/owner`);
    const owned = await call('GET', `${CONFIGMAPS}/owned`);
    expect(owned.body.metadata.ownerReferences ?? []).toEqual([]);
  });

  it('empties a namespace before it goes', async () => {
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'team' },
    };
    await call('POST', '/api/v1/namespaces', namespace);
    const path = '/api/v1/namespaces/team/configmaps';
    const finalizers = ['example.com/hold'];
    await call('POST', path, configMap('a', { finalizers }));
    await call('DELETE', '/api/v1/namespaces/team');
    expect(
      (await call('GET', '/api/v1/namespaces/team')).body.status.phase,
    ).toBe('Terminating');
    const late = await call('POST', path, configMap('late'));
    expect(late.body).toMatchObject({ code: 403, reason: 'Forbidden' });
    await merge(`${path}/a`, { metadata: { finalizers: [] } });
    await gone('/api/v1/namespaces/team');
  });
});

describe('access', () => {
  const as = (user: string) => ({ 'impersonate-user': user });

  it('refuses an unknown token and what no role allows', async () => {
    const unknown = { authorization: 'Bearer nobody' };
    expect(
      (await call('GET', CONFIGMAPS, undefined, unknown)).body,
    ).toMatchObject({
      code: 401,
      message: 'Unauthorized',
    });
    const backstage = { authorization: 'Bearer backstage' };
    const refused = await call(
      'GET',
      `${DEPLOYMENTS}/web`,
      undefined,
      backstage,
    );
    expect(refused.body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        'deployments.apps "web" is forbidden: User "backstage" cannot get resource "deployments" in API group "apps" in the namespace "default"',
    });
  });

  it('lets a tenant be admin of one namespace, Flux kinds included', async () => {
    const user = 'system:serviceaccount:team:flux';
    await call('POST', '/api/v1/namespaces', {
      metadata: { name: 'team' },
    });
    const policies =
      '/apis/image.toolkit.fluxcd.io/v1/namespaces/team/imagepolicies';
    expect((await call('GET', policies, undefined, as(user))).code).toBe(403);
    await call(
      'POST',
      '/apis/rbac.authorization.k8s.io/v1/namespaces/team/rolebindings',
      {
        metadata: { name: 'flux' },
        roleRef: { kind: 'ClusterRole', name: 'admin' },
        subjects: [{ kind: 'ServiceAccount', name: 'flux', namespace: 'team' }],
      },
    );
    expect((await call('GET', policies, undefined, as(user))).code).toBe(200);
    const own = '/api/v1/namespaces/team/configmaps';
    expect((await call('POST', own, configMap('a'), as(user))).code).toBe(201);
    expect(
      (await call('POST', CONFIGMAPS, configMap('a'), as(user))).code,
    ).toBe(403);

    const review = await call(
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      {
        spec: {
          resourceAttributes: {
            verb: 'delete',
            resource: 'secrets',
            namespace: 'team',
          },
        },
      },
      as(user),
    );
    expect(review.body.status).toEqual({ allowed: true });
  });
});

describe('discovery and faults', () => {
  it('names every group and kind in both forms', async () => {
    const flux = (await call('GET', '/apis/kustomize.toolkit.fluxcd.io/v1'))
      .body;
    expect(flux.resources).toMatchObject([
      { name: 'kustomizations', kind: 'Kustomization', namespaced: true },
      { name: 'kustomizations/status' },
    ]);
    const aggregated = await call('GET', '/apis', undefined, {
      accept:
        'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    });
    expect(aggregated.body.kind).toBe('APIGroupDiscoveryList');
    const names = aggregated.body.items.map((item: any) => item.metadata.name);
    expect(names).toEqual(
      expect.arrayContaining(['apps', 'helm.toolkit.fluxcd.io']),
    );
    expect((await call('GET', '/version')).body.major).toBe('1');
    expect((await call('GET', '/readyz')).body).toBe('ok');
    expect((await call('GET', '/apis/metrics.k8s.io/v1beta1')).code).toBe(404);
  });

  it('serves the schemas of its kinds as OpenAPI v3', async () => {
    const { paths } = (await call('GET', '/openapi/v3')).body;
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['api/v1', 'apis/projectcontour.io/v1']),
    );
    const read = async (path: string, kind: string) => {
      const { body } = await call('GET', paths[path].serverRelativeURL);
      const { schemas } = body.components;
      const refs = JSON.stringify(schemas).matchAll(
        /"#.components.schemas.(.*?)"/g,
      );
      expect(schemas).toMatchObject(
        Object.fromEntries([...refs].map(([, name]) => [name, {}])),
      );
      return Object.values<any>(schemas).find(
        schema => schema['x-kubernetes-group-version-kind']?.[0].kind === kind,
      );
    };
    const namespace = await read('api/v1', 'Namespace');
    expect(namespace.properties.apiVersion).toEqual({ type: 'string' });
    const claim = await read('apis/apps/v1', 'StatefulSet');
    expect(claim.properties.spec.$ref).toMatch(/V1StatefulSetSpec$/);
    const proxy = await read('apis/projectcontour.io/v1', 'HTTPProxy');
    expect(proxy['x-kubernetes-preserve-unknown-fields']).toBe(true);

    api.setServed('projectcontour.io', 'HTTPProxy', false);
    expect((await call('GET', '/openapi/v3')).body.paths).not.toHaveProperty([
      'apis/projectcontour.io/v1',
    ]);
    const unknown = '/openapi/v3/apis/projectcontour.io/v1';
    expect((await call('GET', unknown)).code).toBe(404);
  });

  it('lets only those read the schemas who may', async () => {
    const nobody = { authorization: '' };
    expect((await call('GET', '/openapi/v3', undefined, nobody)).code).toBe(
      403,
    );
    const backstage = { authorization: 'Bearer backstage' };
    expect((await call('GET', '/openapi/v3', undefined, backstage)).code).toBe(
      200,
    );
  });

  it('fails as told, and is well again', async () => {
    api.setFault('/api/v1', { status: 429, retryAfterSeconds: 3, times: 1 });
    const refused = await call('GET', CONFIGMAPS);
    expect(refused.code).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('3');
    expect((await call('GET', CONFIGMAPS)).code).toBe(200);
  });
});

describe('persistence', () => {
  it('finds its objects again after a restart', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cluster-'));
    try {
      await api.close();
      api = await start({ directory });
      const before = (await call('POST', CONFIGMAPS, configMap('kept'))).body;
      await api.close();
      api = await start({ directory });
      expect((await call('GET', `${CONFIGMAPS}/kept`)).body).toEqual(before);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
