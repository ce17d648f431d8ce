import { createHash, createHmac } from 'node:crypto';
import { condition, startWorld } from '../__testUtils__/world';
import { REQUESTED_AT } from '../lib/FluxObject';
import { GIT_REPOSITORY } from '../source/gitRepository';
import { RECEIVER, webhookPath } from './receiver';

jest.setTimeout(60_000);

const NAMESPACE = 'flux-system';
const TOKEN = 'correct horse';
const BODY = '{"ref":"refs/heads/main"}';

const key = (type: { apiVersion: string; kind: string }, name: string) => ({
  ...type,
  namespace: NAMESPACE,
  name,
});
const sign = (hash: string, token = TOKEN) =>
  `${hash}=${createHmac(hash, token).update(BODY).digest('hex')}`;

describe('Receiver', () => {
  let world: Awaited<ReturnType<typeof startWorld>>;

  const secret = (token: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'hook', namespace: NAMESPACE },
    data: { token: Buffer.from(token).toString('base64') },
  });
  const create = (name: string, spec: object) =>
    world.apply({
      ...RECEIVER,
      metadata: { name, namespace: NAMESPACE },
      spec: {
        secretRef: { name: 'hook' },
        resources: [{ kind: 'GitRepository', name: 'fleet' }],
        ...spec,
      },
    });
  const call = async (name: string, headers: Record<string, string> = {}) => {
    const url = world.artifacts.urlOf(
      webhookPath({ name, namespace: NAMESPACE }, TOKEN).slice(1),
    );
    return (await fetch(url, { method: 'POST', body: BODY, headers })).status;
  };
  const ready = (name: string, status = 'True') =>
    world.until(
      key(RECEIVER, name),
      object => condition(object, 'Ready')?.status === status,
    );
  const requestedAt = async () =>
    (await world.client.get(key(GIT_REPOSITORY, 'fleet')))!.metadata
      .annotations?.[REQUESTED_AT];

  beforeAll(async () => {
    world = await startWorld();
    await world.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
      secret(TOKEN),
      {
        ...GIT_REPOSITORY,
        metadata: {
          name: 'fleet',
          namespace: NAMESPACE,
          labels: { team: 'shop' },
        },
        spec: {
          interval: '10m',
          ref: { branch: 'main' },
          url: 'file:///none',
          suspend: true,
        },
      },
    );
  });

  afterAll(() => world.close());

  it('has a path that only who knows the token can compute', async () => {
    await create('path', { type: 'generic' });
    const { status } = await ready('path');
    // As documented: /hook/sha256sum(token+name+namespace).
    const digest = createHash('sha256')
      .update(`${TOKEN}path${NAMESPACE}`)
      .digest('hex');
    expect(status.webhookPath).toBe(`/hook/${digest}`);
  });

  it.each<[string, object, Record<string, string>, Record<string, string>]>([
    [
      'generic-hmac',
      {},
      { 'x-signature': sign('sha256') },
      { 'x-signature': sign('sha256', 'wrong') },
    ],
    [
      'generic-hmac',
      {},
      { 'x-signature': sign('sha512') },
      { 'x-signature': sign('md5') },
    ],
    [
      'github',
      { events: ['push'] },
      { 'x-hub-signature-256': sign('sha256'), 'x-github-event': 'Push' },
      { 'x-hub-signature-256': sign('sha256'), 'x-github-event': 'issues' },
    ],
    [
      'github',
      {},
      { 'x-hub-signature-256': sign('sha256') },
      { 'x-hub-signature-256': sign('sha256', 'wrong') },
    ],
    [
      'gitlab',
      { events: ['Push Hook'] },
      { 'x-gitlab-token': TOKEN, 'x-gitlab-event': 'Push Hook' },
      { 'x-gitlab-token': 'wrong', 'x-gitlab-event': 'Push Hook' },
    ],
    ['harbor', {}, { authorization: TOKEN }, { authorization: 'wrong' }],
  ])('of type %s with %j', async (type, spec, right, wrong) => {
    const name = `${type}-${Object.keys(spec).length}`;
    await create(name, { type, ...spec });
    await ready(name);
    const before = await requestedAt();
    expect(await call(name, wrong)).toBe(400);
    expect(await call(name)).toBe(400);
    expect(await requestedAt()).toBe(before);
    expect(await call(name, right)).toBe(200);
    const asked = await requestedAt();
    expect(asked).not.toBe(before);
    // Not RFC 3339: notification-controller prints the time as Go does.
    expect(asked).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9} \+0000 UTC m=\+\d+\.\d{9}$/,
    );
  });

  it('asks for what labels select, and says what it cannot ask for', async () => {
    const resource = { kind: 'GitRepository', name: '*' };
    await create('labels', {
      type: 'generic',
      resources: [{ ...resource, matchLabels: { team: 'shop' } }],
    });
    await create('nobody', {
      type: 'generic',
      resources: [
        resource,
        { kind: 'Kustomization', name: 'apps' },
        { kind: 'GitRepository', name: 'fleet' },
      ],
    });
    await Promise.all([ready('labels'), ready('nobody')]);
    const before = await requestedAt();
    expect(await call('labels')).toBe(200);
    const between = await requestedAt();
    expect(between).not.toBe(before);
    expect(await call('nobody')).toBe(500);
    expect(await requestedAt()).not.toBe(between);
  });

  it('does not answer while suspended, nor without its token', async () => {
    await create('held', { type: 'generic' });
    await ready('held');
    await world.client.patch(key(RECEIVER, 'held'), {
      spec: { suspend: true },
    });
    expect(await call('held')).toBe(503);
    expect(await call('unknown')).toBe(404);

    await create('lost', { type: 'generic', secretRef: { name: 'none' } });
    const { status } = await ready('lost', 'False');
    expect(status.webhookPath).toBeUndefined();
    expect(status.conditions).toMatchObject([
      {
        type: 'Reconciling',
        reason: 'ProgressingWithRetry',
        message: 'Reconciliation in progress',
      },
      {
        type: 'Ready',
        reason: 'TokenNotFound',
        message: `unable to read token from secret '${NAMESPACE}/none' error: secrets "none" not found`,
      },
    ]);
  });

  it('says what it does not support', async () => {
    await create('nexus', { type: 'nexus' });
    const object = await ready('nexus', 'False');
    expect(condition(object, 'Stalled').message).toBe(
      'The sandbox does not support Receivers of type nexus',
    );
  });
});
