import { object } from '../__fixtures__/scene';
import { project } from '../projection/project';
import { explainMessage } from './explain';

const kustomization = project(
  'c',
  object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'orders/orders', {
    spec: {
      path: './deploy/app',
      sourceRef: { kind: 'GitRepository', name: 'orders' },
    },
  }),
);
const repository = project(
  'c',
  object('image.toolkit.fluxcd.io/v1', 'ImageRepository', 'orders/orders', {
    spec: { image: 'ghcr.io/acme/orders' },
  }),
);
const release = project(
  'c',
  object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'orders/redis'),
);

/** Forms that the recordings do not have, as Kubernetes, Flux and Git servers write them. */
const apply: [raw: string, short: string, sentence: RegExp][] = [
  [
    'Deployment/orders/orders dry-run failed (Invalid): Deployment.apps "orders" is invalid: spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"x"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable\n',
    'spec.selector cannot change once it is created',
    /^Deployment\/orders: spec\.selector cannot change/,
  ],
  [
    'Deployment/orders/orders dry-run failed (Invalid): Deployment.apps "orders" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0\n',
    'spec.replicas must be ≥ 0',
    /^Deployment\/orders: spec\.replicas must be ≥ 0\.$/,
  ],
  [
    'Deployment/orders/orders dry-run failed (Invalid): Deployment.apps "orders" is invalid: spec.template.spec.containers[0].image: Required value\n',
    'spec.template.spec.containers[0].image is missing',
    /image is missing\.$/,
  ],
  [
    'Service/orders/orders dry-run failed (Invalid): Service "orders" is invalid: spec.type: Unsupported value: "Public": supported values: "ClusterIP", "NodePort"\n',
    'spec.type must be one of "ClusterIP", "NodePort"',
    /^Service\/orders/,
  ],
  [
    'Deployment/orders/orders dry-run failed: failed to create typed patch object (orders/orders; apps/v1, Kind=Deployment): .spec.replcas: field not declared in schema\n',
    'spec.replcas is not a known field',
    /^Deployment\/orders: spec\.replcas is not a known field\.$/,
  ],
  [
    'Deployment/orders/orders dry-run failed (Forbidden): deployments.apps "orders" is forbidden: User "system:serviceaccount:orders:flux" cannot patch resource "deployments" in API group "apps" in the namespace "orders"\n',
    'ServiceAccount flux may not patch deployments',
    /^ServiceAccount flux may not patch deployments in namespace orders\.$/,
  ],
  [
    'ClusterRole/reader dry-run failed: no matches for kind "Certificate" in version "cert-manager.io/v1"\n',
    'the cluster does not know Certificate',
    /its definition is not installed/,
  ],
  [
    'Deployment/nowhere/orders dry-run failed (NotFound): namespaces "nowhere" not found\n',
    'namespace nowhere does not exist',
    /^The namespace nowhere does not exist\.$/,
  ],
  [
    'Deployment/orders/orders dry-run failed (BadRequest): admission webhook "policy.example.com" denied the request: images must be signed\n',
    'refused by a policy of the cluster',
    /policy\.example\.com of the cluster refuses it: images must be signed\.$/,
  ],
  [
    "HTTPProxy/orders/orders dry-run failed (Forbidden): httpproxies.projectcontour.io \"orders\" is forbidden: ValidatingAdmissionPolicy 'tenants-hosts' with binding 'tenants-hosts' denied request: spec.virtualhost.fqdn must be one host, and end in .apps.example.com",
    'refused by a policy of the cluster',
    /policy tenants-hosts of the cluster refuses it: spec\.virtualhost\.fqdn must be one host, and end in \.apps\.example\.com\.$/,
  ],
  [
    'Deployment/orders/orders dry-run failed (InternalError): Internal error occurred: failed calling webhook "hook.example.com": connection refused',
    'a webhook of the cluster does not answer',
    /hook\.example\.com/,
  ],
  [
    'Pod/orders/x dry-run failed (Forbidden): pods "x" is forbidden: exceeded quota: team, requested: pods=1',
    'the quota is used up',
    /quota team/,
  ],
  [
    "kustomize build failed: accumulating resources: accumulation err='accumulating resources from 'missing.yaml': open /tmp/kustomization-16/deploy/app/missing.yaml: no such file or directory': must build at directory: not a valid directory",
    'missing.yaml cannot be read',
    /^kustomization\.yaml names missing\.yaml, which cannot be read\.$/,
  ],
  [
    'failed to decode Kubernetes YAML from /tmp/kustomization-16/deploy/app/deployment.yaml: yaml: line 7: mapping values are not allowed in this context',
    'deploy/app/deployment.yaml is not valid YAML',
    /line 7: mapping values are not allowed/,
  ],
  [
    "health check failed after 30.0s: timeout waiting for: [ImagePolicy/orders/orders status: 'InProgress']",
    'for the first image',
    /No image has been published/,
  ],
  [
    "kustomize build failed: accumulating resources: accumulation err='accumulating resources from 'deployment.yaml': deployment.yaml: error converting YAML to JSON: yaml: line 3: bad indentation': must build at directory",
    'deployment.yaml is not valid YAML',
    /^The file deployment\.yaml is not valid YAML, line 3: bad indentation\.$/,
  ],
  [
    "failed to decode Kubernetes YAML from /tmp/kustomization-16/deploy/app/x.yaml: Object 'Kind' is missing in '{}'",
    'deploy/app/x.yaml has an object without kind',
    /^The file deploy\/app\/x\.yaml/,
  ],
  [
    'kustomize build failed: may not add resource with an already registered id: Deployment.v1.apps/orders.[noNs]',
    'an object is defined twice',
    /^The object Deployment\/orders is defined twice\.$/,
  ],
  [
    'kustomize build failed: no resource matches strategic merge patch "Deployment.v1.apps/nothing.[noNs]"',
    'a patch matches no object',
    /^A patch of Deployment matches no object\.$/,
  ],
  [
    "kustomize build failed: accumulating resources: unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '/tmp/kustomization-7/base'",
    'a folder has no kustomization.yaml',
    /^A folder that is named/,
  ],
  [
    'kustomization path not found: path is not a directory: /tmp/kustomization-16/deploy/app',
    'path ./deploy/app not found',
    /does not exist in the source\.$/,
  ],
  [
    'failed to get source: gitrepositories.source.toolkit.fluxcd.io "orders" not found',
    'GitRepository orders does not exist',
    /^GitRepository orders does not exist\.$/,
  ],
  [
    'failed to download archive: Get "http://source-controller/x.tar.gz": connection refused',
    'the source’s artifact cannot be fetched',
    /inside the cluster/,
  ],
  [
    "template uses removed '.Updated' field. Please use '.Changed' instead.",
    'the commit message uses .Updated',
    /no longer has/,
  ],
  [
    "health check failed after 5s: failed early due to stalled resources: [Deployment/a/x status: 'Failed', Deployment/a/y status: 'Failed']",
    'Deployment/x and Deployment/y gave up',
    /^It was applied/,
  ],
  [
    "dependency 'infra/base' revision is not up to date",
    'for Kustomization base',
    /waits until Kustomization base/,
  ],
  [
    'failed to get secret \'orders/key\': secrets "key" not found',
    'Secret key does not exist',
    /Secret key/,
  ],
  [
    'error decrypting sops data: cannot get data key',
    'a secret cannot be decrypted',
    /decrypted/,
  ],
];

const remote: typeof apply = [
  [
    "failed to checkout and determine revision: unable to clone 'ssh://git@github.com/a/b': ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey]",
    'the server refuses access',
    /refuses access with these credentials/,
  ],
  [
    "unable to clone 'ssh://git@127.0.0.1:4012/a/b.git': ssh: handshake failed: knownhosts: key mismatch",
    'the server’s host key is not known',
    /known_hosts/,
  ],
  [
    "unable to clone 'https://git.example.com/a/b': dial tcp: lookup git.example.com: no such host",
    'the server cannot be reached',
    /^The server git\.example\.com cannot be reached\.$/,
  ],
  [
    "unable to clone 'https://git.example.com/a/b': x509: certificate signed by unknown authority",
    'the server’s certificate is not trusted',
    /git\.example\.com/,
  ],
  [
    'failed to update source: failed to push to remote: command error on refs/heads/main: protected branch hook declined',
    'the push was refused',
    /branch is protected or has moved/,
  ],
  [
    "unable to clone 'https://git.example.com/a/b': context deadline exceeded",
    'it took too long',
    /did not answer in time/,
  ],
];

const scan: typeof apply = [
  [
    'scan failed: GET https://ghcr.io/token?scope=repository%3Aacme%2Forders%3Apull: DENIED: requested access to the resource is denied',
    'the registry refuses access',
    /does not exist yet, or the credentials/,
  ],
  [
    'scan failed: Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io: no such host',
    'the registry cannot be reached',
    /^The registry ghcr\.io cannot be reached\.$/,
  ],
  [
    'scan failed: GET https://ghcr.io/v2/acme/orders/tags/list: TOOMANYREQUESTS: rate limit exceeded',
    'the registry limits requests',
    /limits how often/,
  ],
  [
    'scan failed: GET http://r/v2/acme/orders/tags/list?n=1000: NAME_UNKNOWN: repository name not known to registry',
    'for the first image',
    /^ghcr\.io\/acme\/orders has no tags yet\.$/,
  ],
];

const helm: typeof apply = [
  [
    "HelmChart 'orders/orders-redis' is not ready: no 'redis' chart with version matching '99.x' found",
    'no such chart version',
    /no version of chart redis that matches 99\.x/,
  ],
  [
    'Helm install failed for release orders/redis with chart redis@19.6.4: context deadline exceeded',
    'it took too long',
    /^It did not finish in time\.$/,
  ],
  [
    "dependency 'orders/base' is not ready",
    'for HelmRelease base',
    /HelmRelease base/,
  ],
];

const all = [
  ...apply.map(row => [kustomization, ...row] as const),
  ...remote.map(row => [kustomization, ...row] as const),
  ...scan.map(row => [repository, ...row] as const),
  ...helm.map(row => [release, ...row] as const),
];

describe('explainMessage', () => {
  it.each(all)('%#', (projection, raw, short, sentence) => {
    const words = explainMessage(raw, projection);
    expect(words.short).toBe(short);
    expect(words.sentence).toMatch(sentence);
    expect(words.sentence).not.toMatch(/\/tmp\/|typed patch|dial tcp/);
  });

  it('says what to do about every failure', () => {
    const silent = all
      .map(([projection, raw]) => explainMessage(raw, projection))
      .filter(words => !words.waits && !words.remedy);
    expect(silent).toEqual([]);
  });

  it('shortens what it does not know, and never drops it', () => {
    expect(
      explainMessage(
        'rpc error: code = Unknown desc = open /tmp/kustomization-7/x/y.yaml: frobnication failed:\n more',
        kustomization,
      ),
    ).toMatchObject({ sentence: 'A file frobnication failed.' });
    expect(
      explainMessage('x'.repeat(5000), kustomization).sentence.length,
    ).toBeLessThan(220);
    expect(explainMessage('', kustomization)).toEqual({
      short: '',
      sentence: 'Flux gives no reason.',
    });
  });

  // A pattern that backtracks without end would run into the test's time limit.
  it.each([
    'a/',
    "from '",
    '[A/b status: ',
    ' yaml: ',
    '.x: ',
    'Invalid value: ',
    'User "',
    'failed to push ',
  ])('comes to an end on much of %j', piece => {
    for (const before of [
      '',
      'accumulating resources Deployment/a dry-run failed kustomization-1/',
      'failed to create typed patch object (',
    ]) {
      const raw = `${before}${piece.repeat(1000)}`.slice(0, 2000);
      expect(explainMessage(raw, kustomization).sentence).not.toBe('');
    }
  });
});
