import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createBackendModule,
  createServiceFactory,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { clusterAccessServiceRef } from '@backstage-flux/plugin-flux-node';
import { startGithub } from '@backstage-flux/sandbox/github';
import { startKubernetesApi } from '@backstage-flux/sandbox/kubernetes';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import githubModule from '@backstage/plugin-scaffolder-backend-module-github';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { scaffolderWorkspaceProviderExtensionPoint } from '@backstage/plugin-scaffolder-node/alpha';
import { parse } from 'yaml';
import fluxModule from '..';

/** Passes requests on, but answers 403 once to each that a refusal fits: a status that nobody tries again. */
async function startProxy(refusals: RegExp[], log: string[]) {
  let target: number;
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    const index = refusals.findIndex(refusal => refusal.test(line));
    log.push(index < 0 ? line : `REFUSED ${line}`);
    if (index >= 0) {
      refusals.splice(index, 1);
      request.resume();
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end('{"kind":"Status","message":"refused by the test"}');
      return;
    }
    const passed = httpRequest(
      {
        port: target,
        host: '127.0.0.1',
        path: request.url,
        method: request.method,
        headers: request.headers,
      },
      answer => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    passTo: (url: string) => {
      target = Number(new URL(url).port);
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Keeps workspaces in a folder between tries, as Backstage’s own provider keeps them in its database. */
const workspaceModule = (folder: string) =>
  createBackendModule({
    pluginId: 'scaffolder',
    moduleId: 'test-workspaces',
    register({ registerInit }) {
      registerInit({
        deps: { providers: scaffolderWorkspaceProviderExtensionPoint },
        async init({ providers }) {
          const of = (taskId: string) => join(folder, taskId);
          providers.addProviders({
            test: {
              async serializeWorkspace({ path, taskId }) {
                await rm(of(taskId), { recursive: true, force: true });
                await cp(path, of(taskId), { recursive: true });
              },
              cleanWorkspace: ({ taskId }) =>
                rm(of(taskId), { recursive: true, force: true }),
              async rehydrateWorkspace({ taskId, targetPath }) {
                await cp(of(taskId), targetPath, { recursive: true }).catch(
                  () => {},
                );
              },
            },
          });
        },
      });
    },
  });

const logger = mockServices.logger.mock();

/**
 * The whole way of flux-app: Backstage’s own scaffolder and actions, the sandbox’s GitHub with its Git, and
 * its Kubernetes API, between which requests can be refused.
 */
export async function startWorld(options: {
  /** As under `scaffolder.taskRecovery`. */
  taskRecovery: object;
}) {
  const folder = await mkdtemp(join(tmpdir(), 'flux-retries-'));
  const refusals: RegExp[] = [];
  const calls: string[] = [];
  const proxy = await startProxy(refusals, calls);
  const github = await startGithub({
    directory: join(folder, 'github'),
    port: 0,
    sshPort: 0,
    url: proxy.url,
    organizations: ['acme'],
    tokens: [{ token: 'admin-token', login: 'guest' }],
    logger,
  });
  proxy.passTo(github.localUrl);
  const api = await startKubernetesApi({
    name: 'prod-eu',
    port: 0,
    tokens: [{ token: 'root', user: 'admin', groups: ['system:masters'] }],
    logger,
  });
  const clusterCalls: string[] = [];
  const gh = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${github.localUrl}/api/v3${path}`, {
      method,
      body: body && JSON.stringify(body),
      headers: {
        authorization: 'Bearer admin-token',
        'content-type': 'application/json',
      },
    });
    return response.json();
  };
  await gh('POST', '/orgs/acme/repos', {
    name: 'fleet-prod-eu',
    auto_init: true,
  });

  const templateFile = resolvePackagePath(
    '@backstage-flux/plugin-scaffolder-backend-module-flux',
    '../../templates/flux-app/template.yaml',
  );
  const template = parse(await readFile(templateFile, 'utf8'));
  template.metadata.namespace = 'default';
  template.metadata.annotations = {
    'backstage.io/managed-by-location': `file:${templateFile}`,
  };
  const entities = new Map<string, any>([
    ['template:default/flux-app', template],
  ]);
  let refuseLocation = 0;
  const catalog = catalogServiceMock.mock({
    getEntityByRef: async ref =>
      entities.get(
        typeof ref === 'string'
          ? ref.toLowerCase()
          : `${ref.kind}:${ref.namespace}/${ref.name}`.toLowerCase(),
      ),
    addLocation: (async () => {
      calls.push('register');
      if (refuseLocation > 0) {
        refuseLocation--;
        throw new Error('refused by the test');
      }
      const entity = {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: { name: 'orders', namespace: 'default' },
      };
      entities.set('component:default/orders', entity);
      return {
        entities: [entity],
        location: { id: '1', type: 'url', target: '' },
      };
    }) as any,
  });
  const backend = await startTestBackend({
    features: [
      scaffolderPlugin,
      githubModule,
      fluxModule,
      workspaceModule(join(folder, 'workspaces')),
      createServiceFactory({
        service: clusterAccessServiceRef,
        deps: {},
        factory: () => ({
          listClusters: async () => [{ name: 'prod-eu' }],
          request: async (_cluster, path, init) => {
            const line = `${init?.method ?? 'GET'} ${path}`;
            const index = refusals.findIndex(refusal => refusal.test(line));
            clusterCalls.push(line);
            if (index >= 0) {
              refusals.splice(index, 1);
              return Response.json(
                { kind: 'Status', message: 'refused by the test' },
                { status: 403 },
              );
            }
            return fetch(`${api.url}${path}`, {
              ...init,
              headers: { ...init?.headers, authorization: 'Bearer root' },
            });
          },
        }),
      }),
      catalog.factory,
      mockServices.rootConfig.factory({
        data: {
          integrations: {
            github: [
              {
                host: proxy.host,
                apiBaseUrl: `${proxy.url}/api/v3`,
                token: 'admin-token',
              },
            ],
          },
          scaffolder: {
            taskRecovery: options.taskRecovery,
            defaultEnvironment: {
              parameters: { githubHost: proxy.host, githubOwner: 'acme' },
            },
          },
        },
      }),
    ],
  });
  const ask = async (path: string, body?: object) => {
    const response = await fetch(
      `http://localhost:${backend.server.port()}/api/scaffolder${path}`,
      {
        method: body ? 'POST' : 'GET',
        body: body && JSON.stringify(body),
        headers: {
          authorization: mockCredentials.user.header(),
          'content-type': 'application/json',
        },
      },
    );
    const text = await response.text();
    if (!response.ok) {
      throw new Error(text);
    }
    return JSON.parse(text);
  };
  const ended = async (id: string) => {
    for (;;) {
      const { status } = await ask(`/v2/tasks/${id}`);
      if (!['open', 'processing'].includes(status)) {
        const events: any[] = await ask(`/v2/tasks/${id}/events`);
        const last = events.filter(({ type }) => type === 'completion').at(-1);
        return {
          status,
          error: String(last?.body?.error?.message ?? ''),
          step:
            last?.body?.error?.stepId ??
            events.filter(({ body }) => body.status === 'failed').at(-1)?.body
              .stepId,
        };
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  };
  return {
    calls,
    clusterCalls,
    entities,
    gh,
    refuse: (...what: RegExp[]) => refusals.push(...what),
    refuseLocation: () => refuseLocation++,
    async create(values: object) {
      const { id } = await ask('/v2/tasks', {
        templateRef: 'template:default/flux-app',
        values,
      });
      return { id, ...(await ended(id)) };
    },
    async retry(id: string) {
      await ask(`/v2/tasks/${id}/retry`, { secrets: {} });
      return ended(id);
    },
    objects: (kind: string) =>
      api.objects().filter(object => object.kind === kind),
    async stop() {
      await backend.stop();
      await api.close();
      await github.close();
      proxy.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
