import { mockServices } from '@backstage/backend-test-utils';
import { AuthenticationStrategy } from '@backstage/plugin-kubernetes-node';
import { plainApiServer } from '../__testUtils__/apiServer';
import { accessBy } from '../__testUtils__/backend';
import {
  fakeGoogle,
  serviceAccountCredentials,
} from '../__testUtils__/googleTokens';
import { routerModule, strategyModule } from '../__testUtils__/modules';
import { until } from '../__testUtils__/until';
import { authStrategies } from './authStrategies';

const MINUTE = 60_000;
const google = fakeGoogle();
const credentials = serviceAccountCredentials();
const kubernetes = { googleServiceAccountCredentials: credentials };

// Only the clock is ours: everything else takes place as it would
beforeEach(() => {
  jest.useFakeTimers({
    now: Date.now(),
    doNotFake: [
      'clearImmediate',
      'clearInterval',
      'clearTimeout',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'setInterval',
      'setTimeout',
    ],
  });
});
afterEach(() => jest.useRealTimers());

function pass(minutes: number) {
  jest.setSystemTime(Date.now() + minutes * MINUTE);
}

/** GKE clusters that answer with the token that they were shown. */
async function gkeClusters(count: number) {
  const { url } = await plainApiServer((request, response) =>
    response.end(`${request.headers.authorization}`),
  );
  return [...Array(count)].map((_, i) => ({
    name: `gke-${i}`,
    url,
    authProvider: 'googleServiceAccount',
  }));
}

async function startWith(
  clusters: Awaited<ReturnType<typeof gkeClusters>>,
  options?: Parameters<typeof accessBy>[2],
) {
  const { access } = await accessBy('direct', clusters, {
    kubernetes,
    ...options,
  });
  const shown = async ({ name } = clusters[0]) =>
    (await access.request(name, '/apis')).text();
  return {
    shown,
    /** The different tokens that the clusters were shown when all were asked at once. */
    shownToAll: async () => [
      ...new Set(await Promise.all(clusters.map(shown))),
    ],
  };
}

describe('googleServiceAccount', () => {
  it('takes one token for 500 clusters, and one more for each hour', async () => {
    const { shownToAll } = await startWith(await gkeClusters(500));
    await expect(shownToAll()).resolves.toEqual(['Bearer token-1']);
    await expect(shownToAll()).resolves.toEqual(['Bearer token-1']);
    pass(54);
    await expect(shownToAll()).resolves.toEqual(['Bearer token-1']);
    expect(google.requests).toBe(1);

    // Nobody has to wait for the next one, and the present one is valid for three minutes yet
    pass(3);
    expect((await shownToAll())[0]).toBe('Bearer token-1');
    await until(() => google.requests === 2, 'a second token was fetched');
    pass(30);
    await expect(shownToAll()).resolves.toEqual(['Bearer token-2']);
    expect(google.requests).toBe(2);

    // Nothing was asked for so long that no token is left
    pass(120);
    await expect(shownToAll()).resolves.toEqual(['Bearer token-3']);
    expect(google.requests).toBe(3);
  });

  it('keeps a token that is still valid while Google gives no other', async () => {
    const logger = mockServices.logger.mock();
    const { shown } = await startWith(await gkeClusters(1), {
      features: [logger.factory],
    });
    await expect(shown()).resolves.toBe('Bearer token-1');
    google.refuse = true;
    pass(57);
    await expect(shown()).resolves.toBe('Bearer token-1');
    await until(() => logger.warn.mock.calls.length > 0, 'it is logged');
    await expect(shown()).resolves.toBe('Bearer token-1');
    expect(google.requests).toBe(2);
    expect(logger.warn).toHaveBeenCalledWith(
      'Google gave no new access token',
      expect.objectContaining({
        message: expect.stringContaining('invalid_grant'),
      }),
    );

    pass(5);
    await expect(shown()).rejects.toThrow('invalid_grant');
    google.refuse = false;
    pass(1);
    await expect(shown()).resolves.toMatch('Bearer token-4');
  });

  it('says what to check when there is no token', async () => {
    google.refuse = true;
    const { shown } = await startWith(await gkeClusters(1));
    const message =
      /^Backstage has no credentials of its own for cluster 'gke-0' with authProvider 'googleServiceAccount'.*check 'kubernetes.googleServiceAccountCredentials'.*invalid_grant/;
    await expect(shown()).rejects.toThrow(message);
    // Hundreds of watches try again soon; Google isn't asked for each of them
    await expect(shown()).rejects.toThrow(message);
    expect(google.requests).toBe(1);
  });

  it('doesn’t show what stands in credentials that can’t be read', async () => {
    const clusters = await gkeClusters(1);
    const error = await accessBy('direct', clusters, {
      kubernetes: { googleServiceAccountCredentials: 'top-secret' },
    }).catch(e => e);
    expect(String(error)).toContain(
      "Invalid config: 'kubernetes.googleServiceAccountCredentials': expected the JSON of a Google service account",
    );
    expect(String(error)).not.toContain('top-secret');
  });

  it('serves the proxy too', async () => {
    const { shownToAll } = await startWith(await gkeClusters(20), {
      features: [routerModule()],
    });
    await expect(shownToAll()).resolves.toEqual(['Bearer token-1']);
    expect(google.requests).toBe(1);
  });

  it('leaves the other auth providers as they are', async () => {
    const [gke] = await gkeClusters(1);
    const { shown } = await startWith([
      gke,
      { ...gke, name: 'own', authProvider: 'serviceAccount' },
    ]);
    await expect(shown({ ...gke, name: 'own' })).resolves.toBe(
      'Bearer test-backstage',
    );
  });

  it('knows the same auth providers as the Kubernetes plugin', async () => {
    let builtIn: { [key: string]: AuthenticationStrategy } = {};
    await accessBy('proxy', [], {
      features: [
        routerModule(map => {
          builtIn = map;
        }),
      ],
    });
    const { rootConfig, logger } = mockServices;
    const ours = authStrategies({
      config: rootConfig({ data: {} }),
      logger: logger.mock(),
    });
    expect(Object.keys(ours).sort()).toEqual(Object.keys(builtIn).sort());
  });

  it('gives way to another module’s strategy', async () => {
    const { shown } = await startWith(await gkeClusters(1), {
      features: [
        strategyModule('googleServiceAccount', async () => ({
          type: 'bearer token',
          token: 'from-elsewhere',
        })),
      ],
    });
    await expect(shown()).resolves.toBe('Bearer from-elsewhere');
  });
});
