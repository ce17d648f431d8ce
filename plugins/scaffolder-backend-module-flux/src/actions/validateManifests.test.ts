import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { startKubernetesApi } from '@backstage-flux/sandbox/kubernetes';
import { ClusterAccess } from '@backstage-flux/plugin-flux-node';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { stringify } from 'yaml';
import { FakeCluster } from '../__testUtils__/fakeCluster';
import { createValidateManifestsAction } from './validateManifests';

const deployment = (changes: { spec?: object; container?: object } = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'orders', namespace: 'orders' },
  spec: {
    selector: { matchLabels: { app: 'orders' } },
    template: {
      metadata: { labels: { app: 'orders' } },
      spec: {
        containers: [
          {
            name: 'app',
            image: '',
            ports: [{ containerPort: 8080 }],
            livenessProbe: { httpGet: { path: '/', port: 'http' } },
            resources: { limits: { memory: '64Mi', cpu: 1 } },
            ...changes.container,
          },
        ],
      },
    },
    ...changes.spec,
  },
});

const widget = (spec: object) => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'w', creationTimestamp: null },
  spec: { size: 'small', title: 'w', ...spec },
});

/** Written by hand after what kube-apiserver 1.36 serves for a CustomResourceDefinition. */
const widgets = {
  components: {
    schemas: {
      'com.example.v1.Widget': {
        type: 'object',
        required: ['spec'],
        properties: {
          apiVersion: { type: 'string' },
          kind: { type: 'string' },
          metadata: { allOf: [{ $ref: '#/components/schemas/meta' }] },
          spec: {
            type: 'object',
            required: ['size', 'mode', 'title'],
            properties: {
              title: { type: 'string', default: '' },
              size: { type: 'string', enum: ['small', 'large'] },
              mode: { type: 'string', default: 'auto' },
              interval: { type: 'string', pattern: '^(?P<n>[0-9]+)[sm]$' },
              url: { type: 'string', pattern: '^(http|https|ssh)://.*$' },
              port: {
                anyOf: [{ type: 'integer' }, { type: 'string' }],
                'x-kubernetes-int-or-string': true,
              },
              owner: { type: 'string', nullable: true },
              labels: {
                type: 'object',
                additionalProperties: { type: 'string' },
              },
              values: {
                type: 'object',
                'x-kubernetes-preserve-unknown-fields': true,
              },
              choice: {
                type: 'object',
                properties: { a: { type: 'string' }, b: { type: 'string' } },
                oneOf: [{ required: ['a'] }, { required: ['b'] }],
              },
              at: { type: 'string', format: 'date-time' },
            },
          },
        },
        'x-kubernetes-group-version-kind': [
          { group: 'example.com', version: 'v1', kind: 'Widget' },
        ],
      },
      meta: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          creationTimestamp: { type: 'string' },
        },
      },
    },
  },
};

describe('flux:manifests:validate', () => {
  const workspace = createMockDirectory();
  const write = async (files: Record<string, unknown>) => {
    workspace.clear();
    for (const [file, content] of Object.entries(files)) {
      const path = workspace.resolve(file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(
        path,
        typeof content === 'string' ? content : stringify(content),
      );
    }
  };
  async function validate(
    clusterAccess: ClusterAccess,
    options: {
      paths?: string[];
      isDryRun?: boolean;
      signal?: AbortSignal;
    } = {},
  ) {
    const context = createMockActionContext<any>({
      input: { cluster: 'prod-eu', paths: options.paths ?? ['deploy'] },
      workspacePath: workspace.path,
    });
    Object.assign(context, { isDryRun: options.isDryRun });
    if (options.signal) {
      context.signal = options.signal;
    }
    const info = jest.spyOn(context.logger, 'info');
    await createValidateManifestsAction({ clusterAccess }).handler(context);
    return {
      output: Object.fromEntries((context.output as jest.Mock).mock.calls),
      said: info.mock.calls.join('\n'),
    };
  }

  describe('with the schemas of the sandbox', () => {
    let api: Awaited<ReturnType<typeof startKubernetesApi>>;
    let requests: string[];
    let access: ClusterAccess;
    beforeEach(async () => {
      requests = [];
      api = await startKubernetesApi({
        name: 'test',
        port: 0,
        tokens: [{ token: 'backstage', user: 'backstage', groups: [] }],
        logger: mockServices.logger.mock(),
        onRequest: ({ url }) => requests.push(url),
      });
      access = {
        listClusters: async () => [{ name: 'prod-eu' }],
        request: (_cluster, path, init) =>
          fetch(`${api.url}${path}`, {
            ...init,
            headers: { authorization: 'Bearer backstage' },
          }),
      };
    });
    afterEach(() => api.close());

    it('takes what the cluster would take, an empty image too', async () => {
      await write({
        'deploy/app/deployment.yaml': deployment(),
        'deploy/app/kustomization.yaml': {
          apiVersion: 'kustomize.config.k8s.io/v1beta1',
          kind: 'Kustomization',
          resources: ['deployment.yaml'],
          anything: 'kustomize checks this itself',
        },
        'deploy/app/values.yaml': { replicas: 'not an object of Kubernetes' },
        'deploy/README.md': 'no YAML: [',
        'deploy/staging/all.yml': [
          deployment(),
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orders' } },
        ]
          .map(document => stringify(document))
          .join('---\n'),
        'deploy/flux/source.yaml': {
          apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
          kind: 'Kustomization',
          metadata: { name: 'orders' },
          spec: { the: 'sandbox knows no schema' },
        },
      });
      const { output } = await validate(access);
      expect(output).toEqual({ validated: 4 });
      expect(requests.sort()).toEqual([
        '/openapi/v3',
        '/openapi/v3/api/v1',
        '/openapi/v3/apis/apps/v1',
        '/openapi/v3/apis/kustomize.toolkit.fluxcd.io/v1',
      ]);
    });

    it('names file, document, field and fault, all at once', async () => {
      await write({
        'deploy/a.yaml': deployment({
          spec: { replicas: 'two', template: undefined },
          container: {},
        }),
        'deploy/b.yaml': `${stringify(deployment())}---\n${stringify(
          deployment({ container: { imagee: 'x', ports: [{ hostPort: 80 }] } }),
        )}`,
        'deploy/c.yaml': 'a: 1\na: 2',
      });
      await expect(validate(access)).rejects.toThrow(
        /^deploy\/c\.yaml: is not valid YAML: Map keys must be unique/,
      );
      await expect(validate(access)).rejects.toThrow(
        [
          'deploy/a.yaml (Deployment orders): spec.template: is missing',
          'deploy/a.yaml (Deployment orders): spec.replicas: has to be number, but is of type string',
          'deploy/b.yaml, document 2 (Deployment orders): spec.template.spec.containers[0].imagee: the cluster knows no such field',
          'deploy/b.yaml, document 2 (Deployment orders): spec.template.spec.containers[0].ports[0].containerPort: is missing',
        ].join('\n'),
      );
    });

    it('lets a patch be a part of an object, though not a wrong one', async () => {
      const patch = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'orders' },
        spec: {
          template: {
            spec: { containers: [{ name: 'app', $patch: 'delete' }] },
          },
        },
      };
      const kustomization = {
        apiVersion: 'kustomize.config.k8s.io/v1beta1',
        kind: 'Kustomization',
        patches: [{ path: 'patch.yaml' }, { path: 'list.yaml' }],
      };
      await write({
        'deploy/kustomization.yaml': kustomization,
        'deploy/patch.yaml': patch,
        'deploy/list.yaml': [{ op: 'remove', path: '/spec/replicas' }],
      });
      expect((await validate(access)).output).toEqual({ validated: 1 });
      await write({ 'deploy/patch.yaml': patch });
      await expect(validate(access)).rejects.toThrow(
        /spec\.selector: is missing/,
      );
      await write({
        'deploy/kustomization.yaml': kustomization,
        'deploy/patch.yaml': { ...patch, spec: { replicaz: 1 } },
      });
      await expect(validate(access)).rejects.toThrow(
        /spec\.replicaz: the cluster knows no such field/,
      );
    });

    it('says what to install for a kind that the cluster lacks', async () => {
      api.setServed('projectcontour.io', 'HTTPProxy', false);
      await write({
        'deploy/app/http-proxy.yaml': {
          apiVersion: 'projectcontour.io/v1',
          kind: 'HTTPProxy',
          metadata: { name: 'orders' },
        },
        'deploy/app/deployment.yaml': {
          ...deployment(),
          apiVersion: 'apps/v1beta1',
        },
      });
      await expect(validate(access)).rejects.toThrow(
        [
          "Cluster 'prod-eu' does not serve Deployment (apps/v1beta1), which deploy/app/deployment.yaml needs: install what brings apps/v1beta1 there, or choose another cluster",
          "Cluster 'prod-eu' does not serve HTTPProxy (projectcontour.io/v1), which deploy/app/http-proxy.yaml needs: install Contour there, or choose another exposure",
        ].join('\n'),
      );
    });

    it('asks nobody in a dry run, and says so', async () => {
      await write({ 'deploy/a.yaml': deployment({ spec: { replicas: 'x' } }) });
      const { output, said } = await validate(access, { isDryRun: true });
      expect(output).toEqual({ validated: 1 });
      expect(said).toMatch(/Dry run: cluster prod-eu is not asked/);
      expect(requests).toEqual([]);
    });
  });

  describe('with the schemas of a custom kind', () => {
    let cluster: FakeCluster;
    beforeEach(() => {
      cluster = new FakeCluster();
      cluster.openApi.set('apis/example.com/v1', widgets);
    });

    it.each<[string, object]>([
      ['what the cluster has a default for', {}],
      ['a number or a text', { port: 80 }],
      ['a text or a number', { port: 'http' }],
      ['nothing, where that is a value', { owner: null }],
      ['unknown fields, where they are kept', { values: { a: { b: [1] } } }],
      ['names of somebody’s own', { labels: { 'example.com/x': 'y' } }],
      ['one of two', { choice: { a: 'x' } }],
      ['a pattern of Go’s', { interval: '10s' }],
      ['each field by its own pattern', { interval: '10s', url: 'ssh://a' }],
      ['any format', { at: 'tomorrow' }],
    ])('takes %s', async (_what, spec) => {
      await write({ 'deploy/w.yaml': widget(spec) });
      expect((await validate(cluster)).output).toEqual({ validated: 1 });
    });

    it.each<[object, string]>([
      // The kinds of Kubernetes have this default where a name is needed
      [{ title: undefined }, 'spec.title: is missing'],
      [{ sise: 1 }, 'spec.sise: the cluster knows no such field'],
      [
        { size: 'huge' },
        'spec.size: has to be one of "small", "large", which "huge" is not',
      ],
      [
        { port: true },
        'spec.port: has to be integer or string, but is of type boolean',
      ],
      [{ interval: null }, 'spec.interval: has to be string, but is nothing'],
      [
        { interval: '10h' },
        'spec.interval: has to match ^(?P<n>[0-9]+)[sm]$, which "10h" is not',
      ],
      [
        { labels: { 'example.com/x': 1 } },
        'spec.labels."example.com/x": has to be string, but is of type number',
      ],
      [
        { choice: { a: 'x', b: 'y' } },
        'spec.choice: must match exactly one schema in oneOf',
      ],
    ])('refuses %j', async (spec, problem) => {
      await write({ 'deploy/w.yaml': widget(spec) });
      await expect(validate(cluster)).rejects.toThrow(
        `deploy/w.yaml (Widget w): ${problem}`,
      );
    });

    it('looks into lists, and says that a name is missing', async () => {
      await write({
        'deploy/list.yaml': {
          apiVersion: 'v1',
          kind: 'List',
          items: [{ ...widget({}), metadata: {} }, widget({ sise: 1 })],
        },
      });
      await expect(validate(cluster)).rejects.toThrow(
        [
          'deploy/list.yaml, items[0] (Widget): metadata.name: is missing',
          'deploy/list.yaml, items[1] (Widget w): spec.sise: the cluster knows no such field',
        ].join('\n'),
      );
    });

    it('tells of many faults how many there are', async () => {
      const labels = Object.fromEntries(
        Array.from({ length: 60 }, (_, index) => [`l${index}`, index]),
      );
      await write({ 'deploy/w.yaml': widget({ labels }) });
      await expect(validate(cluster)).rejects.toThrow(/\nAnd 10 more$/);
    });

    it('says which right is missing', async () => {
      cluster.fail = ({ path }) =>
        path.startsWith('/openapi')
          ? FakeCluster.failure(
              403,
              'Forbidden',
              'forbidden: User "backstage" cannot get path "/openapi/v3"',
            )
          : undefined;
      await write({ 'deploy/w.yaml': widget({}) });
      await expect(validate(cluster)).rejects.toThrow(
        /cannot get path "\/openapi\/v3".*bind the ClusterRole system:discovery/,
      );
    });

    it('says that a server without OpenAPI v3 is too old', async () => {
      cluster.openApi.clear();
      await write({ 'deploy/w.yaml': widget({}) });
      await expect(validate(cluster)).rejects.toThrow(
        /does not serve \/openapi\/v3; it needs Kubernetes 1\.27/,
      );
    });

    it('says that a cluster answers what it does not understand', async () => {
      cluster.openApi.set('apis/example.com/v1', { swagger: '2.0' });
      await write({ 'deploy/w.yaml': widget({}) });
      await expect(validate(cluster)).rejects.toThrow(
        /answered its schemas of example\.com\/v1 in a form that is not understood/,
      );
    });

    it('ends at once when the task is cancelled', async () => {
      const abort = new AbortController();
      cluster.request = (_cluster, _path, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () =>
            reject(init.signal?.reason),
          );
          abort.abort();
        });
      await write({ 'deploy/w.yaml': widget({}) });
      await expect(validate(cluster, { signal: abort.signal })).rejects.toThrow(
        /aborted/,
      );
    });

    it('keeps the values of Secrets to itself', async () => {
      cluster.openApi.set('api/v1', {
        components: {
          schemas: {
            Secret: {
              type: 'object',
              properties: { type: { type: 'string', enum: ['Opaque'] } },
              'x-kubernetes-preserve-unknown-fields': true,
              'x-kubernetes-group-version-kind': [
                { group: '', version: 'v1', kind: 'Secret' },
              ],
            },
          },
        },
      });
      await write({
        'deploy/s.yaml': {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 's' },
          type: 'hunter2',
        },
      });
      await expect(validate(cluster)).rejects.toThrow(
        /type: has to be one of "Opaque"$/,
      );
    });
  });

  it('stays in the workspace, and needs something to check', async () => {
    await write({ 'deploy/README.md': 'nothing' });
    const cluster = new FakeCluster();
    await expect(validate(cluster, { paths: ['../..'] })).rejects.toThrow(
      /not allowed/,
    );
    await expect(validate(cluster, { paths: ['none'] })).rejects.toThrow(
      /The workspace has no folder 'none'/,
    );
    await expect(validate(cluster)).rejects.toThrow(
      /no Kubernetes objects are there/,
    );
    expect(cluster.calls).toEqual([]);
  });
});
