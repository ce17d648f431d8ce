import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { generateKeyPair } from 'jose';
import { condition, startWorld } from '../__testUtils__/world';
import { REQUESTED_AT } from '../lib/FluxObject';
import { GIT_REPOSITORY } from '../source/gitRepository';
import { startIssuer } from './__testUtils__/startIssuer';
import { RECEIVER } from './receiver';

jest.setTimeout(60_000);

const NAMESPACE = 'flux-system';
const now = () => Math.floor(Date.now() / 1000);

const keyOf = (type: { apiVersion: string; kind: string }, name: string) => ({
  ...type,
  namespace: NAMESPACE,
  name,
});

describe('a Receiver of type generic-oidc', () => {
  let world: Awaited<ReturnType<typeof startWorld>>;
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  let other: Awaited<ReturnType<typeof startIssuer>>;

  beforeAll(async () => {
    world = await startWorld();
    issuer = await startIssuer();
    other = await startIssuer();
    await world.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE },
    });
    for (const name of ['shop', 'cart']) {
      await world.apply({
        ...GIT_REPOSITORY,
        metadata: { name, namespace: NAMESPACE },
        spec: { interval: '10m', url: 'file:///none', suspend: true },
      });
    }
  });

  afterAll(async () => {
    await world.close();
    await issuer.close();
    await other.close();
  });

  const provider = (more: object = {}) => ({
    issuerURL: issuer.issuer,
    validations: [
      { expression: "claims.repository == 'acme/shop'", message: 'wrong repo' },
      { expression: "claims.ref == 'refs/heads/main'", message: 'wrong ref' },
    ],
    ...more,
  });

  /** Creates a Receiver, and gives it as soon as Ready has the status. */
  async function create(spec: object = {}, status = 'True') {
    const name = `oidc-${randomUUID()}`;
    await world.apply({
      ...RECEIVER,
      metadata: { name, namespace: NAMESPACE },
      spec: {
        type: 'generic-oidc',
        oidcProviders: [provider()],
        resources: [{ kind: 'GitRepository', name: 'shop' }],
        ...spec,
      },
    });
    return world.until(
      keyOf(RECEIVER, name),
      object => condition(object, 'Ready')?.status === status,
    );
  }

  async function call(
    { status }: { status?: any },
    authorization?: string,
    body = '{}',
  ) {
    const url = world.artifacts.urlOf(status.webhookPath.slice(1));
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        ...(authorization && { authorization }),
      },
    });
    return { status: response.status, text: await response.text() };
  }

  const requestedAt = async (name: string) =>
    (await world.client.get(keyOf(GIT_REPOSITORY, name)))!.metadata
      .annotations?.[REQUESTED_AT];

  const claims = { repository: 'acme/shop', ref: 'refs/heads/main' };

  it('asks for a reconciliation when the claims are right', async () => {
    const receiver = await create();
    const digest = createHash('sha256')
      .update(`${receiver.metadata.name}${NAMESPACE}`)
      .digest('hex');
    expect(receiver.status.webhookPath).toBe(`/hook/${digest}`);
    const before = await requestedAt('shop');
    const token = await issuer.sign(claims);
    expect(await call(receiver, `Bearer ${token}`)).toMatchObject({
      status: 200,
    });
    expect(await requestedAt('shop')).not.toBe(before);
  });

  it('takes its audience, and variables that build on each other', async () => {
    const receiver = await create({
      oidcProviders: [
        provider({
          audience: 'https://flux.example.com',
          variables: [
            { name: 'owner', expression: "'acme'" },
            { name: 'allowed', expression: "[vars.owner + '/shop']" },
          ],
          validations: [
            {
              expression: 'claims.repository in vars.allowed',
              message: 'not allowed',
            },
          ],
        }),
      ],
    });
    const sign = (more: object) =>
      issuer.sign({ ...claims, aud: 'https://flux.example.com', ...more });
    expect(await call(receiver, `Bearer ${await sign({})}`)).toMatchObject({
      status: 200,
    });
    expect(
      await call(receiver, `Bearer ${await sign({ repository: 'acme/x' })}`),
    ).toEqual({ status: 400, text: 'token validation failed: not allowed' });
  });

  it.each<[string, () => Promise<string | undefined>, RegExp]>([
    [
      'another repository and branch',
      () => issuer.sign({ repository: 'acme/cart', ref: 'refs/heads/x' }),
      /^token validation failed: wrong repo; wrong ref$/,
    ],
    [
      'a claim that is not there',
      () => issuer.sign({ repository: 'acme/shop' }),
      /^failed to evaluate validation: No such key: ref/,
    ],
    [
      'an audience that is not its own',
      () => issuer.sign({ ...claims, aud: 'sts.amazonaws.com' }),
      /^failed to verify OIDC token: .*"aud"/,
    ],
    [
      'a token that has expired',
      () => issuer.sign({ ...claims, exp: now() - 60 }),
      /^failed to verify OIDC token: .*"exp"/,
    ],
    [
      'a token that never expires',
      () => issuer.sign({ ...claims, exp: undefined }),
      /^failed to verify OIDC token: .*"exp"/,
    ],
    [
      'a token that is not valid yet',
      () => issuer.sign({ ...claims, nbf: now() + 60 }),
      /^failed to verify OIDC token: .*"nbf"/,
    ],
    [
      'a signature by somebody else',
      async () =>
        issuer.sign(claims, (await generateKeyPair('RS256')).privateKey),
      /^failed to verify OIDC token: signature verification failed/,
    ],
    [
      'a signature with a shared secret',
      () => issuer.sign(claims, randomBytes(32) as never, 'HS256'),
      /^failed to verify OIDC token: .*"alg"/,
    ],
    [
      'an issuer that it does not name',
      () => other.sign(claims),
      /^no oidcProvider configured for issuer "http:/,
    ],
    [
      'what is no token',
      async () => 'secret',
      /^failed to parse bearer token: /,
    ],
    [
      'nothing',
      async () => undefined,
      /^the Authorization header is missing or malformed$/,
    ],
  ])('refuses %s', async (_name, makeToken, message) => {
    const receiver = await create();
    const before = await requestedAt('shop');
    const token = await makeToken();
    const answer = await call(receiver, token && `Bearer ${token}`);
    expect(answer.text).toMatch(message);
    expect(answer.status).toBe(400);
    expect(await requestedAt('shop')).toBe(before);
  });

  it('refuses when the issuer cannot be asked for its keys', async () => {
    const gone = await startIssuer();
    const receiver = await create({
      oidcProviders: [provider({ issuerURL: gone.issuer })],
    });
    const token = await gone.sign(claims);
    await gone.close();
    expect(await call(receiver, `Bearer ${token}`)).toEqual({
      status: 400,
      text: expect.stringContaining('failed to initialize OIDC provider for'),
    });
  });

  it('filters resources by claims, body and metadata', async () => {
    const receiver = await create({
      resourceFilter: "claims.repository == 'acme/' + res.metadata.name",
      resources: ['shop', 'cart'].map(name => ({
        kind: 'GitRepository',
        name,
        ...(name === 'shop' && { filter: "req.tag != 'skip'" }),
      })),
    });
    const token = `Bearer ${await issuer.sign(claims)}`;
    const before = await Promise.all(['shop', 'cart'].map(requestedAt));
    expect(await call(receiver, token, '{"tag":"skip"}')).toMatchObject({
      status: 200,
    });
    expect(await requestedAt('shop')).toBe(before[0]);
    expect(await call(receiver, token, '{"tag":"1"}')).toMatchObject({
      status: 200,
    });
    expect(await requestedAt('shop')).not.toBe(before[0]);
    expect(await requestedAt('cart')).toBe(before[1]);
    expect(await call(receiver, token, '{')).toEqual({
      status: 500,
      text: expect.stringContaining('failed to parse request body as JSON'),
    });
  });

  const PREFIX =
    'Reconciliation failed terminally due to configuration error: ';
  it.each<[string, () => object, string, string]>([
    [
      'no provider',
      () => ({ oidcProviders: [] }),
      'ValidationFailed',
      'generic-oidc receiver requires at least one oidcProvider',
    ],
    [
      'a secret',
      () => ({ secretRef: { name: 'hook' } }),
      'ValidationFailed',
      'secretRef cannot be set when type is generic-oidc',
    ],
    [
      'no secret and another type',
      () => ({ type: 'generic', oidcProviders: undefined }),
      'ValidationFailed',
      'secretRef is required when type is not generic-oidc',
    ],
    [
      'a provider without validations',
      () => ({ oidcProviders: [provider({ validations: [] })] }),
      'ValidationFailed',
      'at least one validation is required',
    ],
    [
      'a validation that is not CEL',
      () => ({
        oidcProviders: [
          provider({ validations: [{ expression: 'claims.', message: 'x' }] }),
        ],
      }),
      'InvalidCELExpression',
      'invalid expression for validation "x": failed to parse the CEL expression \'claims.\'',
    ],
    [
      'a validation that may not be a bool',
      () => ({
        oidcProviders: [
          provider({
            validations: [{ expression: 'claims.ref', message: 'x' }],
          }),
        ],
      }),
      'InvalidCELExpression',
      'CEL expression output type mismatch: expected bool, got dyn',
    ],
    [
      'a filter over what it does not know',
      () => ({ resourceFilter: "vars.x == 'a'" }),
      'InvalidCELExpression',
      'invalid resourceFilter expression: ',
    ],
  ])('is stalled by %s', async (_name, spec, reason, message) => {
    const object = await create(spec(), 'False');
    expect(condition(object, 'Ready')).toMatchObject({ reason });
    const stalled = condition(object, 'Stalled');
    expect(stalled).toMatchObject({ reason });
    expect(stalled.message).toContain(PREFIX);
    expect(stalled.message).toContain(message);
  });
});
