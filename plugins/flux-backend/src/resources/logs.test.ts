import { startCluster, TestCluster } from '../__testUtils__/cluster';
import { startFluxBackend } from '../__testUtils__/fluxBackend';
import { payments } from '../__testUtils__/recordings';
import { PAYMENTS } from '../__testUtils__/views';

const POD = `prod-eu//Pod/payments/${
  payments().find(o => o.kind === 'Pod')!.metadata.name
}`;

const log = (id: string) =>
  `${PAYMENTS}/resource/log?id=${encodeURIComponent(id)}`;

describe('the log of a Pod', () => {
  let api: TestCluster;

  beforeEach(async () => {
    api = await startCluster();
  });

  afterEach(() => api.close());

  const start = () => startFluxBackend({ clusters: { 'prod-eu': api.url } });

  it('is text, of as many lines as are asked for', async () => {
    const backend = await start();
    await backend.get(PAYMENTS).expect(200);
    const answer = await backend
      .get(`${log(POD)}&container=payments&previous=true`)
      .expect(200);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.text).toContain('would write its log here');
    expect(api.requests.filter(r => r.includes('/log'))).toEqual([
      expect.stringMatching(
        /\/log\?tailLines=200&previous=true&limitBytes=1048576&container=payments$/,
      ),
    ]);
  });

  it('is that of Pods of the entity only', async () => {
    const backend = await start();
    await backend.get(log('prod-eu//Pod/kube-system/coredns')).expect(404);
    const { body } = await backend
      .get(log('prod-eu/apps/Deployment/payments/payments'))
      .expect(404);
    expect(body.error.message).toBe(
      'A Deployment has no log; ask for the log of one of its Pods',
    );
  });

  it('says what the cluster refuses', async () => {
    const backend = await start();
    await backend.get(PAYMENTS).expect(200);
    api.setFault(/\/log$/, {
      status: 400,
      message: 'a container name must be specified',
    });
    const { body } = await backend.get(log(POD)).expect(400);
    expect(body.error.message).toContain('a container name must be specified');
  });

  it.each(['tailLines=0', 'tailLines=2001', 'previous=yes', 'container=A'])(
    'isn’t given for %s',
    async query => {
      const backend = await start();
      const { body } = await backend.get(`${log(POD)}&${query}`).expect(400);
      expect(body.error.message).toMatch(
        `Invalid query: '${query.split('=')[0]}' expected `,
      );
    },
  );
});
