import { parse, parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../client';
import { fluxBuild, FluxBuildSpec, resolvePath, substitute } from './fluxBuild';

const ROOT = '/tmp/kustomization-1';

function build(
  files: Record<string, string>,
  spec: FluxBuildSpec = { path: '.' },
): KubernetesObject[] {
  const map = new Map(Object.entries(files));
  const context = { files: map, root: ROOT };
  return fluxBuild(context, resolvePath(map, spec.path, ROOT), spec);
}

function yaml(text: string) {
  const documents = parseAllDocuments(text);
  return Array.isArray(documents) ? documents.map(d => d.toJS()) : [];
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: app
          env:
            - name: LEVEL
              value: info
          envFrom:
            - configMapRef:
                name: settings
        - name: proxy
          image: registry.test:5000/proxy:1.0
`;
const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
`;

/** What a build makes of the Deployment and the Service. */
function built(kustomization: string, more: Record<string, string> = {}) {
  const objects = build({
    'kustomization.yaml': `resources: [d.yaml, s.yaml]\n${kustomization}`,
    'd.yaml': DEPLOYMENT,
    's.yaml': SERVICE,
    ...more,
  });
  const find = (kind: string) => objects.find(o => o.kind === kind)!;
  return {
    objects,
    deployment: find('Deployment'),
    service: find('Service'),
    configMap: find('ConfigMap'),
    containers: find('Deployment')?.spec.template.spec.containers,
  };
}

describe('kustomize build', () => {
  it('sets the namespace of what has one', () => {
    const objects = build(
      {
        'all.yaml': `${DEPLOYMENT}---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: default, namespace: old}]
`,
      },
      { path: './', targetNamespace: 'orders' },
    );
    expect(objects.map(o => o.metadata.namespace)).toEqual([
      'orders',
      undefined,
    ]);
    expect(objects[1].subjects[0].namespace).toBe('orders');
  });

  it.each([
    ['newTag: v2', 'app:v2'],
    ['newName: r.test:5000/x/app', 'r.test:5000/x/app'],
    ['newName: r.test/app\n    newTag: "1.10"', 'r.test/app:1.10'],
    ['digest: sha256:abc', 'app@sha256:abc'],
  ])('sets images: %s', (entry, image) => {
    const { containers } = built(`images:\n  - name: app\n    ${entry}\n`);
    expect(containers.map((c: any) => c.image)).toEqual([
      image,
      'registry.test:5000/proxy:1.0',
    ]);
  });

  it('replaces the tag of an image with a registry’s port', () => {
    const { containers } = built(
      'images: [{name: "registry.test:5000/proxy", newTag: "2.0"}]',
    );
    expect(containers[1].image).toBe('registry.test:5000/proxy:2.0');
  });

  it('labels everything, selectors only where asked', () => {
    const plain = built('labels: [{pairs: {team: a}}]');
    expect(plain.service.metadata.labels).toEqual({ team: 'a' });
    expect(plain.service.spec.selector).toEqual({ app: 'web' });
    expect(plain.deployment.spec.template.metadata.labels).toEqual({
      app: 'web',
    });
    const common = built('commonLabels: {team: a}');
    expect(common.service.spec.selector).toEqual({ app: 'web', team: 'a' });
    expect(common.deployment.spec.selector.matchLabels).toEqual({
      app: 'web',
      team: 'a',
    });
  });

  it('generates config maps and follows their names', () => {
    const { configMap, containers } = built(
      'configMapGenerator: [{name: settings, literals: ["A=1", "B=x=y"], files: [c=f.txt]}]',
      { 'f.txt': 'text\n' },
    );
    expect(configMap.data).toEqual({ A: '1', B: 'x=y', c: 'text\n' });
    expect(configMap.metadata.name).toMatch(/^settings-[bcdfghkmt24-9]{10}$/);
    expect(containers[0].envFrom[0].configMapRef.name).toBe(
      configMap.metadata.name,
    );
  });

  it('merges strategic patches by the lists’ keys', () => {
    const { containers } = built(`patches:
  - patch: |
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        template:
          spec:
            containers:
              - name: web
                env: [{name: LEVEL, value: debug}, {name: NEW, value: "1"}]
              - {name: proxy, $patch: delete}
`);
    expect(containers).toHaveLength(1);
    expect(containers[0].image).toBe('app');
    expect(containers[0].env).toEqual([
      { name: 'NEW', value: '1' },
      { name: 'LEVEL', value: 'debug' },
    ]);
  });

  it('applies JSON patches to their targets', () => {
    const { deployment, service } = built(
      `patches:
  - path: patch.yaml
    target: {kind: Deployment, name: w.*}
replicas: [{name: web, count: 3}]
`,
      {
        'patch.yaml':
          '- {op: add, path: /metadata/annotations, value: {a: b}}\n',
      },
    );
    expect(deployment.metadata.annotations).toEqual({ a: 'b' });
    expect(deployment.spec.replicas).toBe(3);
    expect(service.metadata.annotations).toBeUndefined();
  });

  it('prefixes names and what refers to them', () => {
    const { deployment, containers, objects } = built(
      `namePrefix: my-
configMapGenerator:
  - name: settings
    literals: [A=1]
    options: {disableNameSuffixHash: true}
`,
    );
    expect(deployment.metadata.name).toBe('my-web');
    expect(containers[0].envFrom[0].configMapRef.name).toBe('my-settings');
    expect(objects.map(o => o.metadata.name)).toEqual([
      'my-web',
      'my-web',
      'my-settings',
    ]);
  });

  it('takes every YAML file below a directory without a kustomization, and directories with one', () => {
    const objects = build({
      'README.md': 'no',
      'a/deep/d.yaml': DEPLOYMENT,
      'b/kustomization.yaml': 'resources: [x/s.yml]\nnamePrefix: b-',
      'b/x/s.yml': SERVICE,
      'b/x/not-listed.yaml': DEPLOYMENT,
    });
    expect(objects.map(o => `${o.kind}/${o.metadata.name}`)).toEqual([
      'Deployment/web',
      'Service/b-web',
    ]);
  });

  it('lets the Kustomization’s own fields win', () => {
    const [deployment] = build(
      {
        'kustomization.yaml':
          'resources: [d.yaml]\nnamespace: a\nimages: [{name: app, newTag: one}]',
        'd.yaml': DEPLOYMENT,
      },
      {
        targetNamespace: 'b',
        images: [{ name: 'app', newTag: 'two' }],
        patches: [
          {
            patch: '[{"op": "replace", "path": "/spec/replicas", "value": 5}]',
            target: { kind: 'Deployment' },
          },
        ],
        commonMetadata: { labels: { x: 'y' } },
      },
    );
    expect(deployment.metadata).toMatchObject({
      namespace: 'b',
      labels: { x: 'y' },
    });
    expect(deployment.spec.replicas).toBe(5);
    expect(deployment.spec.template.spec.containers[0].image).toBe('app:two');
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'a field that it does not know',
      { 'kustomization.yaml': 'helmCharts: []' },
      /helmCharts is not supported by the sandbox/,
    ],
    [
      'a remote resource',
      { 'kustomization.yaml': 'resources: ["https://example.com/a.yaml"]' },
      /remote resource https:\/\/example.com\/a.yaml is not supported/,
    ],
    [
      'a path that leads out',
      { 'kustomization.yaml': 'resources: [../../etc/passwd]' },
      /security; file '..\/..\/etc\/passwd' is not in or below/,
    ],
    [
      'an absolute path',
      { 'kustomization.yaml': 'resources: [/etc/passwd]' },
      /security; file '\/etc\/passwd' is not in or below/,
    ],
    [
      'a circle',
      {
        'kustomization.yaml': 'resources: [a]',
        'a/kustomization.yaml': 'resources: [..]',
      },
      /cycle detected/,
    ],
    [
      'the same object twice',
      {
        'kustomization.yaml': 'resources: [a.yaml, b.yaml]',
        'a.yaml': SERVICE,
        'b.yaml': SERVICE,
      },
      /may not add resource with an already registered id: Service.v1\/web/,
    ],
    [
      'a patch without its object',
      {
        'kustomization.yaml': `patches: [{patch: '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}}'}]`,
      },
      /no resource matches strategic merge patch "Service.v1\/x/,
    ],
    ['no kind', { 'a.yaml': 'a: b' }, /Object 'Kind' is missing/],
    [
      'no name',
      { 'a.yaml': 'kind: A\napiVersion: v1' },
      /missing metadata.name/,
    ],
    [
      'no YAML',
      { 'a.yaml': 'a: [' },
      /failed to decode Kubernetes YAML from \/tmp\/kustomization-1\/a.yaml: error converting YAML to JSON: yaml: line \d+/,
    ],
  ])('refuses %s', (_, files, message) => {
    expect(() => build(files)).toThrow(message);
  });

  it('keeps spec.path inside the artifact', () => {
    const files = { 'etc/a.yaml': SERVICE };
    expect(build(files, { path: '../../etc' })).toHaveLength(1);
    expect(() => build(files, { path: './etc/a.yaml' })).toThrow(
      'kustomization path not found: path is not a directory',
    );
    expect(() => build(files, { path: './no' })).toThrow(
      `kustomization path not found: stat ${ROOT}/no: no such file or directory`,
    );
  });
});

describe('substitute', () => {
  const [object] = yaml(`
apiVersion: v1
kind: ConfigMap
metadata: {name: "a-\${env}", labels: {n: "\${number}"}}
data: {a: "\${env}", b: "\${none:=x y}", c: "$\${env}", d: "$HOME \${missing}"}
count: "\${number}"
`);

  it('replaces variables, defaults and escapes', () => {
    expect(substitute(object, { env: 'prod', number: '3' })).toEqual(
      parse(`
apiVersion: v1
kind: ConfigMap
metadata: {name: a-prod, labels: {n: "3"}}
data: {a: prod, b: x y, c: "\${env}", d: "$HOME "}
count: 3
`),
    );
  });

  it('leaves objects alone that ask for it', () => {
    const annotated = {
      ...object,
      metadata: {
        name: 'x',
        annotations: {
          'kustomize.toolkit.fluxcd.io/substitute': 'disabled',
        },
      },
    };
    expect(substitute(annotated, { env: 'prod' })).toBe(annotated);
  });
});
