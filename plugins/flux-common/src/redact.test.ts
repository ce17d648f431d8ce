import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HIDDEN, redact, redactText } from './redact';

const RECORDINGS = join(__dirname, '__fixtures__/recordings');

const recorded = readdirSync(RECORDINGS)
  .filter(file => /^[\w-]+\.[a-z]+\.[\w-]+\.json$/.test(file))
  .map(
    file =>
      [file, JSON.parse(readFileSync(join(RECORDINGS, file), 'utf8'))] as const,
  );

function find(file: string) {
  return recorded.find(([name]) => name === file)![1];
}

function texts(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.values(value).flatMap(texts);
  }
  return typeof value === 'string' ? [value] : [];
}

describe('redact', () => {
  it('is held to all recorded objects', () => {
    expect(recorded.length).toBeGreaterThan(80);
  });

  it.each(recorded)('says nothing new of %s and keeps its shape', (_, raw) => {
    const shown = redact(raw);
    const before = new Set(texts(raw));
    for (const text of texts(shown)) {
      expect(
        before.has(text) || text === HIDDEN || text.includes(`/${HIDDEN}`),
      ).toBe(true);
    }
    expect(Object.keys(shown)).toEqual(Object.keys(raw));
    expect(shown.metadata).not.toHaveProperty('managedFields');
    expect(JSON.stringify(shown)).not.toMatch(/\/hook\/[0-9a-f]{8}/);
    const copies = Object.entries<string>(raw.metadata.annotations ?? {})
      .filter(([name]) => name.endsWith('last-applied-configuration'))
      .map(([, copy]) => copy);
    expect(texts(shown).filter(text => copies.includes(text))).toEqual([]);
  });

  it('hides the values of a HelmRelease and tells their names', () => {
    const release = find('settled.helmrelease.hello.json');
    release.spec.values = {
      replicas: 2,
      debug: true,
      db: { password: 'hunter2', hosts: ['a', 'b'] },
    };
    release.spec.valuesFrom = [{ kind: 'Secret', name: 'hello' }];
    release.spec.postRenderers = [
      { kustomize: { patches: [{ target: { kind: 'Pod' }, patch: 'x: y' }] } },
    ];
    expect(redact(release).spec).toMatchObject({
      interval: '10m',
      targetNamespace: 'shop',
      values: {
        replicas: HIDDEN,
        debug: true,
        db: { password: HIDDEN, hosts: [HIDDEN, HIDDEN] },
      },
      valuesFrom: [{ kind: 'Secret', name: 'hello' }],
      postRenderers: [
        {
          kustomize: { patches: [{ target: { kind: 'Pod' }, patch: HIDDEN }] },
        },
      ],
    });
  });

  it('hides substitutes and patches of a Kustomization', () => {
    const kustomization = find('settled.kustomization.apps.json');
    kustomization.spec.postBuild = {
      substitute: { cluster: 'prod', token: 'abc' },
      substituteFrom: [{ kind: 'Secret', name: 'vars' }],
    };
    kustomization.spec.patches = [{ patch: 'a: b', target: { name: 'web' } }];
    expect(redact(kustomization).spec).toMatchObject({
      path: kustomization.spec.path,
      postBuild: {
        substitute: { cluster: HIDDEN, token: HIDDEN },
        substituteFrom: [{ kind: 'Secret', name: 'vars' }],
      },
      patches: [{ patch: HIDDEN, target: { name: 'web' } }],
    });
  });

  it('hides what containers and headers are given, and keeps where it comes from', () => {
    const deployment = find('first-image-running.deployment.payments.json');
    const [container] = deployment.spec.template.spec.containers;
    container.env = [
      { name: 'DB', value: 'postgres' },
      {
        name: 'PASSWORD',
        valueFrom: { secretKeyRef: { name: 'db', key: 'password' } },
      },
    ];
    container.args = ['--port=80', '--db-password=hunter2', '--token', 'abc'];
    container.livenessProbe = {
      httpGet: { path: '/', httpHeaders: [{ name: 'X-Key', value: 'k' }] },
    };
    const shown: any = redact(deployment);
    expect(shown.spec.template.spec.containers[0]).toMatchObject({
      image: container.image,
      env: [
        { name: 'DB', value: HIDDEN },
        {
          name: 'PASSWORD',
          valueFrom: { secretKeyRef: { name: 'db', key: 'password' } },
        },
      ],
      args: ['--port=80', `--db-password=${HIDDEN}`, '--token', HIDDEN],
      livenessProbe: {
        httpGet: { path: '/', httpHeaders: [{ name: 'X-Key', value: HIDDEN }] },
      },
    });
  });

  it('hides the path of a Receiver, wherever it says it', () => {
    const { status }: any = redact(find('settled.receiver.git.json'));
    expect(status).toMatchObject({
      webhookPath: HIDDEN,
      conditions: [
        { message: `Receiver initialized for path: /hook/${HIDDEN}` },
      ],
    });
  });

  it.each([
    ['Secret', { data: { a: 'eA==' }, stringData: { b: 'x' } }],
    ['ConfigMap', { data: { a: 'x' }, binaryData: { b: 'eA==' } }],
  ])('hides all data of a %s', (kind, data) => {
    const shown = redact({ kind, metadata: { name: 'x' }, ...data });
    for (const values of Object.keys(data).map(name => shown[name])) {
      expect(Object.values(values as object)).toEqual([HIDDEN]);
    }
  });

  it('hides the key in the address of a Provider', () => {
    const provider = (address: string) =>
      redact({ kind: 'Provider', metadata: {}, spec: { address } }).spec;
    expect(provider('https://chat.example.com/services/T0/B0/x')).toEqual({
      address: `https://chat.example.com/${HIDDEN}`,
    });
    expect(provider('nats://nats.example.com:4222')).toEqual({
      address: 'nats://nats.example.com:4222',
    });
  });

  it('copes with what is no object, and with what is deeper than any', () => {
    expect(redact(undefined)).toEqual({ metadata: {} });
    let deep: unknown = 'x';
    for (let i = 0; i < 5_000; i++) {
      deep = { deep };
    }
    expect(JSON.stringify(redact({ deep }))).toContain(HIDDEN);
    expect(
      JSON.stringify(redact({ kind: 'Secret', data: { deep } })),
    ).toContain(HIDDEN);
  });

  it('leaves the object itself alone', () => {
    const raw = find('settled.receiver.git.json');
    const before = JSON.stringify(raw);
    redact(raw);
    expect(JSON.stringify(raw)).toBe(before);
  });
});

describe('redactText', () => {
  it.each([
    ['https://me:pw@git.example.com/a', 'https://git.example.com/a'],
    ['https://ghp@git.example.com/a?b=c@d', 'https://git.example.com/a?b=c@d'],
    ['ssh://git@git.example.com/a', 'ssh://git@git.example.com/a'],
    ['amqp://me:pw@mq:5672', 'amqp://me@mq:5672'],
    ['/x?a=1&X-Amz-Signature=ab&b=2', '/x?a=1&X-Amz-Signature=(hidden)&b=2'],
    ['DB_PASSWORD=hunter2 next', 'DB_PASSWORD=(hidden) next'],
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer (hidden)'],
    ['Basic authentication failed', 'Basic authentication failed'],
    [`a ghp_${'x'.repeat(36)} b`, 'a (hidden) b'],
    ['eyJhbGciOiJI.eyJzdWIiOiIx.sig', '(hidden)'],
    [
      'k: -----BEGIN RSA PRIVATE KEY-----\nab\n-----END RSA PRIVATE KEY----- z',
      'k: (hidden) z',
    ],
    [
      'secret "flux-system/git" not found',
      'secret "flux-system/git" not found',
    ],
    [
      'stored artifact for main@sha1:3f2c',
      'stored artifact for main@sha1:3f2c',
    ],
  ])('of %s leaves %s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });
});
