import { TLSSocket } from 'node:tls';
import { mockServices } from '@backstage/backend-test-utils';
import { ClusterDetails } from '@backstage/plugin-kubernetes-node';
import { apiServer, certificate } from './__testUtils__/apiServer';
import { accessBy } from './__testUtils__/backend';
import { lines } from './__testUtils__/lines';
import {
  clustersModule,
  routerModule,
  strategyModule,
} from './__testUtils__/modules';
import { until } from './__testUtils__/until';

const ANONYMOUS = { 'kubernetes.io/auth-provider': 'localKubectlProxy' };

/** Answers each request with the line `<what>`, and never ends. */
function watchServer(what: string) {
  return apiServer((_, response) => response.write(`${what}\n`));
}

describe('kubernetesModuleFlux', () => {
  it('has 30 watches share one connection', async () => {
    const { url, caData, sockets } = await watchServer('told');
    const { access } = await accessBy('direct', [
      { name: 'prod', url, caData },
    ]);
    const watches = await Promise.all(
      [...Array(30)].map((_, i) => access.request('prod', `/apis/${i}`)),
    );
    const told = await Promise.all(watches.map(watch => lines(watch)()));
    expect(told).toEqual(Array(30).fill('told'));
    expect(sockets).toHaveLength(1);
  });

  it('closes its connections when the backend stops', async () => {
    const { url, caData, sockets } = await watchServer('told');
    const { access, stop } = await accessBy('direct', [
      { name: 'prod', url, caData },
    ]);
    const next = lines(await access.request('prod', '/apis'));
    await next();
    const rest = next();
    await Promise.all([
      expect(rest).rejects.toThrow('Backstage stops'),
      stop(),
    ]);
    await until(() => sockets[0].destroyed, 'the connection is closed');
  });

  it('follows clusters that move, and leaves those that are gone', async () => {
    const [old, moved] = await Promise.all([
      watchServer('old'),
      watchServer('new'),
    ]);
    let clusters: ClusterDetails[] = [
      { name: 'prod', authMetadata: ANONYMOUS, ...old },
    ];
    const { access } = await accessBy('direct', [], {
      features: [clustersModule(() => clusters)],
    });
    const before = lines(await access.request('prod', '/apis'));
    await expect(before()).resolves.toBe('old');

    clusters = [{ name: 'prod', authMetadata: ANONYMOUS, ...moved }];
    await access.listClusters();
    const after = lines(await access.request('prod', '/apis'));
    await expect(after()).resolves.toBe('new');
    await expect(before()).rejects.toThrow('is configured differently now');
    await until(() => old.sockets[0].destroyed, 'the old connection is closed');

    clusters = [];
    await access.listClusters();
    await expect(after()).rejects.toThrow("Cluster 'prod' was removed");
    await expect(access.request('prod', '/apis')).rejects.toMatchObject({
      name: 'NotFoundError',
    });
  });

  it('still reaches clusters that can’t be listed just now', async () => {
    const server = await watchServer('told');
    let listed = () => [{ name: 'prod', authMetadata: ANONYMOUS, ...server }];
    const { access } = await accessBy('direct', [], {
      features: [clustersModule(() => listed())],
    });
    await access.listClusters();
    listed = () => {
      throw new Error('the catalog is away');
    };
    await expect(access.listClusters()).rejects.toThrow(
      'The Kubernetes plugin can’t list its clusters; caused by Error: the catalog is away',
    );
    const response = await access.request('prod', '/apis');
    await expect(lines(response)()).resolves.toBe('told');
  });

  it('shows a client certificate and makes a new connection for a new one', async () => {
    const [first, second] = await Promise.all(
      ['first', 'second'].map(name => certificate(name)),
    );
    const { url, caData, sockets } = await apiServer(
      (request, response) => {
        const socket = request.stream.session?.socket as TLSSocket;
        response.end(`${socket.getPeerCertificate().subject.CN}`);
      },
      { clientCa: `${first.cert}\n${second.cert}` },
    );
    let client = first;
    const { access } = await accessBy(
      'direct',
      [{ name: 'prod', url, caData, authProvider: 'certificate' }],
      {
        features: [
          strategyModule('certificate', async () => ({
            type: 'x509 client certificate',
            cert: client.cert,
            key: client.private,
          })),
        ],
      },
    );
    const ask = async () => (await access.request('prod', '/apis')).text();
    await expect(ask()).resolves.toBe('first');
    await expect(ask()).resolves.toBe('first');
    expect(sockets).toHaveLength(1);
    client = second;
    await expect(ask()).resolves.toBe('second');
    expect(sockets).toHaveLength(2);
  });

  it('shows nobody’s credentials to clusters that want none', async () => {
    const { url, caData } = await apiServer((request, response) =>
      response.end(`${request.headers.authorization}`),
    );
    const { access } = await accessBy('direct', [
      { name: 'prod', url, caData, authProvider: 'localKubectlProxy' },
    ]);
    const response = await access.request('prod', '/apis');
    await expect(response.text()).resolves.toBe('undefined');
  });

  it.each(['aks', 'google', 'oidc'])(
    'says that %s needs a person',
    async authProvider => {
      const { access } = await accessBy('direct', [
        {
          name: 'prod',
          url: 'https://127.0.0.1:1',
          authProvider,
          oidcTokenProvider: 'okta',
        },
      ]);
      await expect(access.request('prod', '/apis')).rejects.toThrow(
        `Backstage has no credentials of its own for cluster 'prod' with authProvider '${authProvider}', which takes the token of whoever is signed in; use one that works without, e.g. serviceAccount`,
      );
    },
  );

  it('leaves the way through the proxy where another module has the router', async () => {
    const { url, caData, sockets } = await apiServer((request, response) =>
      response.end(request.httpVersion),
    );
    const logger = mockServices.logger.mock();
    const { access } = await accessBy(
      'direct',
      [{ name: 'prod', url, caData }],
      { features: [routerModule(), logger.factory] },
    );
    const response = await access.request('prod', '/apis');
    await expect(response.text()).resolves.toBe('1.1');
    expect(sockets).toHaveLength(1);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('Flux reaches clusters through the proxy'),
    );
  });

  it('starts where no clusters are configured', async () => {
    const { access } = await accessBy('direct', undefined);
    await expect(access.listClusters()).rejects.toMatchObject({
      name: 'ResponseError',
    });
  });
});
