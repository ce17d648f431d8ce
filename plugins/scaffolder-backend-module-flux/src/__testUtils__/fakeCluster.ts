import { ClusterAccess } from '@backstage-flux/plugin-flux-node';

const FLUX_GROUPS = ['source', 'kustomize', 'image'].map(
  name => `${name}.toolkit.fluxcd.io`,
);

const KINDS: Record<
  string,
  [kind: string, name: string, namespaced: boolean][]
> = {
  '/api/v1': [
    ['Namespace', 'namespaces', false],
    ['Secret', 'secrets', true],
    ['ServiceAccount', 'serviceaccounts', true],
  ],
  '/apis/rbac.authorization.k8s.io/v1': [['RoleBinding', 'rolebindings', true]],
  '/apis/source.toolkit.fluxcd.io/v1': [
    ['GitRepository', 'gitrepositories', true],
  ],
  '/apis/kustomize.toolkit.fluxcd.io/v1': [
    ['Kustomization', 'kustomizations', true],
  ],
};

export interface ClusterCall {
  method: string;
  path: string;
  dryRun: boolean;
  body?: any;
}

/** Answers as an API server does, and remembers what it was asked. */
export class FakeCluster implements ClusterAccess {
  readonly calls: ClusterCall[] = [];
  readonly objects = new Map<string, any>();
  groups = FLUX_GROUPS;
  /** Documents of OpenAPI v3 by path, e.g. `apis/apps/v1`; without any it serves none. */
  readonly openApi = new Map<string, any>();
  /** Makes matching calls fail; `undefined` lets a call through. */
  fail?: (call: ClusterCall) => Response | Error | undefined;

  static failure(code: number, reason: string, message: string): Response {
    return Response.json(
      {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        code,
        reason,
        message,
      },
      { status: code },
    );
  }

  writes(): ClusterCall[] {
    return this.calls.filter(call => call.method !== 'GET' && !call.dryRun);
  }

  async listClusters() {
    return [{ name: 'prod-eu' }, { name: 'staging' }];
  }

  async request(
    _cluster: string,
    target: string,
    init: Parameters<ClusterAccess['request']>[2] = {},
  ): Promise<Response> {
    const url = new URL(target, 'http://cluster.invalid');
    const call: ClusterCall = {
      method: init.method ?? 'GET',
      path: url.pathname,
      dryRun: url.searchParams.get('dryRun') === 'All',
      body: init.body ? JSON.parse(init.body) : undefined,
    };
    this.calls.push(call);
    const failure = this.fail?.(call);
    if (failure instanceof Error) {
      throw failure;
    }
    return failure ?? this.#answer(call);
  }

  #answer(call: ClusterCall): Response {
    const { method, path, body } = call;
    if (path === '/apis') {
      return Response.json({
        groups: this.groups.map(name => ({
          name,
          versions: [{ version: 'v1' }],
        })),
      });
    }
    if (path === '/openapi/v3' && this.openApi.size > 0) {
      return Response.json({
        paths: Object.fromEntries(
          [...this.openApi.keys()].map(key => [key, {}]),
        ),
      });
    }
    const document = this.openApi.get(path.replace('/openapi/v3/', ''));
    if (document) {
      return Response.json(document);
    }
    if (KINDS[path]) {
      return Response.json({
        resources: KINDS[path].map(([kind, name, namespaced]) => ({
          kind,
          name,
          namespaced,
        })),
      });
    }
    const notFound = FakeCluster.failure(404, 'NotFound', `${path} not found`);
    const key = method === 'POST' ? `${path}/${body.metadata.name}` : path;
    const namespace =
      /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)\/namespaces\/([^/]+)\//.exec(key)?.[2];
    if (namespace && !this.objects.has(`/api/v1/namespaces/${namespace}`)) {
      return FakeCluster.failure(
        404,
        'NotFound',
        `namespaces "${namespace}" not found`,
      );
    }
    switch (method) {
      case 'GET':
        return this.objects.has(key)
          ? Response.json({ metadata: {}, ...this.objects.get(key) })
          : notFound;
      case 'POST':
        if (this.objects.has(key)) {
          return FakeCluster.failure(
            409,
            'AlreadyExists',
            `${key} already exists`,
          );
        }
        if (!call.dryRun) {
          this.objects.set(key, body);
        }
        return Response.json(body, { status: 201 });
      case 'PATCH':
        if (!call.dryRun) {
          this.objects.set(key, body);
        }
        return Response.json(body);
      default:
        return this.objects.delete(key) ? Response.json({}) : notFound;
    }
  }
}
