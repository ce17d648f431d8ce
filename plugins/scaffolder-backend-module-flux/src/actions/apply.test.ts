import { mkdir, writeFile } from 'node:fs/promises';
import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { stringify } from 'yaml';
import { FakeCluster } from '../__testUtils__/fakeCluster';
import { createApplyAction } from './apply';

const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'orders' },
};
const account = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'flux', namespace: 'orders' },
};
const kustomization = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'orders', namespace: 'orders' },
};

describe('flux:apply', () => {
  const workspace = createMockDirectory();
  let cluster: FakeCluster;
  beforeEach(async () => {
    cluster = new FakeCluster();
    workspace.clear();
    await mkdir(workspace.resolve('enrolment'));
    await writeFile(
      workspace.resolve('enrolment/app.yaml'),
      `${stringify(kustomization)}---\n${stringify(account)}`,
    );
    await writeFile(
      workspace.resolve('enrolment/namespace.yml'),
      stringify(namespace),
    );
    await writeFile(workspace.resolve('enrolment/README.md'), 'not YAML: [');
  });

  async function apply(
    options: { path?: string; mayEnrol?: boolean; signal?: AbortSignal } = {},
  ) {
    const authorize = jest.fn(async () => [
      {
        result:
          options.mayEnrol === false
            ? AuthorizeResult.DENY
            : AuthorizeResult.ALLOW,
      } as const,
    ]);
    const context = createMockActionContext<any>({
      input: { cluster: 'prod-eu', path: options.path ?? 'enrolment' },
      workspacePath: workspace.path,
    });
    Object.assign(context, options.signal && { signal: options.signal });
    await createApplyAction({
      clusterAccess: cluster,
      permissions: mockServices.permissions.mock({ authorize }),
    }).handler(context);
    return {
      output: (context.output as jest.Mock).mock.calls,
      authorize,
      context,
    };
  }

  const changes = () =>
    cluster.calls
      .filter(({ method }) => method === 'PATCH')
      .map(
        ({ path, dryRun }) =>
          `${dryRun ? 'try' : 'apply'} ${path.split('/').at(-1)}`,
      );

  it('applies a namespace first, then what is in it', async () => {
    const { output } = await apply();
    expect(output).toEqual([
      [
        'applied',
        [
          'Namespace orders',
          'ServiceAccount orders/flux',
          'Kustomization orders/orders',
        ],
      ],
    ]);
    expect(changes()).toEqual([
      'try orders',
      'apply orders',
      'apply flux',
      'apply orders',
    ]);
  });

  it('applies what is in folders of the folder, too', async () => {
    await mkdir(workspace.resolve('enrolment/production'));
    await writeFile(
      workspace.resolve('enrolment/production/namespace.yaml'),
      stringify({ ...namespace, metadata: { name: 'orders-production' } }),
    );
    const { output } = await apply();
    expect(output[0][1]).toEqual([
      'Namespace orders',
      'Namespace orders-production',
      'ServiceAccount orders/flux',
      'Kustomization orders/orders',
    ]);
  });

  it('tries everything before it applies anything', async () => {
    cluster.objects.set('/api/v1/namespaces/orders', {});
    await apply();
    expect(changes()).toEqual([
      'try orders',
      'try flux',
      'try orders',
      'apply orders',
      'apply flux',
      'apply orders',
    ]);
  });

  it('applies nothing when the cluster would refuse one object', async () => {
    cluster.objects.set('/api/v1/namespaces/orders', {});
    cluster.fail = ({ method, path }) =>
      method === 'PATCH' && path.includes('kustomizations')
        ? FakeCluster.failure(422, 'Invalid', 'spec.path is required')
        : undefined;
    await expect(apply()).rejects.toThrow(
      /'prod-eu' did not accept Kustomization orders\/orders: spec.path is required/,
    );
    expect(cluster.writes()).toEqual([]);
  });

  it('says what was applied when it fails on the way', async () => {
    cluster.fail = ({ method, path, dryRun }) =>
      method === 'PATCH' && !dryRun && path.includes('kustomizations')
        ? FakeCluster.failure(500, 'InternalError', 'etcd is down')
        : undefined;
    await expect(apply()).rejects.toThrow(
      /etcd is down.*Applied before that, and still there: Namespace orders, ServiceAccount orders\/flux/,
    );
  });

  it('says what was applied when the task is cancelled on the way', async () => {
    const abort = new AbortController();
    cluster.fail = ({ method, path, dryRun }) => {
      if (method === 'PATCH' && !dryRun && path.includes('serviceaccounts')) {
        abort.abort();
        throw abort.signal.reason;
      }
      return undefined;
    };
    await expect(apply({ signal: abort.signal })).rejects.toThrow(
      /aborted.*Applied before that, and still there: Namespace orders/,
    );
  });

  it('asks for the permission with the credentials of who runs the template', async () => {
    const { authorize, context } = await apply();
    expect(authorize).toHaveBeenCalledWith(
      [{ permission: expect.objectContaining({ name: 'flux.cluster.enrol' }) }],
      { credentials: await context.getInitiatorCredentials() },
    );
    cluster = new FakeCluster();
    await expect(apply({ mayEnrol: false })).rejects.toThrow(
      /flux\.cluster\.enrol.*pull request/,
    );
    expect(cluster.calls).toEqual([]);
  });

  it('stays in the workspace', async () => {
    await expect(apply({ path: '../..' })).rejects.toThrow(/not allowed/);
    await expect(apply({ path: 'nothing' })).rejects.toThrow(
      /no folder 'nothing'/,
    );
  });

  it.each([
    ['a: [', /app.yaml is not valid YAML/],
    [
      'kind: Namespace',
      /app.yaml holds something that is not a Kubernetes object/,
    ],
    [
      stringify({ ...namespace, metadata: { name: '../../secrets' } }),
      /not a Kubernetes object/,
    ],
    [
      stringify({ ...account, metadata: { name: 'flux' } }),
      /ServiceAccount flux names no namespace/,
    ],
    [stringify({ ...account, kind: 'Robot' }), /does not know Robot \(v1\)/],
    ['# nothing\n', /enrolment holds no Kubernetes objects/],
  ])('refuses %s', async (text, message) => {
    workspace.setContent({ enrolment: { 'app.yaml': text } });
    await expect(apply()).rejects.toThrow(message);
    expect(cluster.writes()).toEqual([]);
  });
});
