import { ConfigReader } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { z } from 'zod';
import { configDuration } from './configDuration';
import { readStrictConfig } from './readStrictConfig';

const port = z.number().int().min(1).max(65535);
const schema = z.strictObject({
  github: z.strictObject({ port, token: z.string().optional() }),
  registry: z.strictObject({ port }).optional(),
  kubernetes: z
    .strictObject({
      clusters: z.array(
        z.strictObject({ name: z.string().min(1), port: port.optional() }),
      ),
    })
    .optional(),
  mode: z.enum(['commit', 'pull-request']).optional(),
  timeout: configDuration().prefault('10s'),
});

function configOf(sandbox: unknown, local?: unknown) {
  return ConfigReader.fromConfigs([
    { context: 'app-config.yaml', data: { sandbox } as any },
    ...(local
      ? [{ context: 'app-config.local.yaml', data: { sandbox: local } as any }]
      : []),
  ]);
}

describe('readStrictConfig', () => {
  it('reads a section that is spread over files, with defaults', () => {
    const config = configOf({ github: { port: 1 } }, { github: { port: 2 } });
    expect(readStrictConfig(config, 'sandbox', schema)).toEqual({
      github: { port: 2 },
      timeout: 10_000,
    });
  });

  it.each([
    [
      { github: { port: 'abc' } },
      `'sandbox.github.port' in 'app-config.yaml': expected a number between 1 and 65535, got "abc"`,
    ],
    [
      { github: { port: 70000 } },
      `'sandbox.github.port' in 'app-config.yaml': expected a number between 1 and 65535, got 70000`,
    ],
    [
      { gitub: {}, github: { port: 1 } },
      `'sandbox.gitub' in 'app-config.yaml': unknown key 'gitub', expected one of github, kubernetes, mode, registry, timeout`,
    ],
    [
      { github: { port: 1 }, kubernetes: { clusters: [{ nam: 'a' }] } },
      `'sandbox.kubernetes.clusters[0].name' in 'app-config.yaml': expected text that is not empty, it is missing`,
    ],
    [
      { github: { port: 1 }, kubernetes: { clusters: 'prod' } },
      `'sandbox.kubernetes.clusters' in 'app-config.yaml': expected a list, got "prod"`,
    ],
    [
      { mode: 'push', github: { port: 1 } },
      `'sandbox.mode' in 'app-config.yaml': expected one of commit, pull-request, got "push"`,
    ],
    [
      { github: {} },
      `'sandbox.github.port' in 'app-config.yaml': expected a number between 1 and 65535, it is missing`,
    ],
    [
      { github: { port: 1, token: 1234 } },
      `'sandbox.github.token' in 'app-config.yaml': expected text, got a number that is not shown`,
    ],
    [
      { github: { port: 1 }, timeout: 'soon' },
      `'sandbox.timeout' in 'app-config.yaml': expected a duration such as 10s or { seconds: 10 }, got "soon"`,
    ],
    [
      { github: { port: 1 }, timeout: 5 },
      `'sandbox.timeout' in 'app-config.yaml': expected a duration such as 10s or { seconds: 10 }, got 5`,
    ],
    [
      { github: { port: 1 }, 'not a key': true },
      `'sandbox.not a key' in 'app-config.yaml': unknown key 'not a key', expected one of github, kubernetes, mode, registry, timeout`,
    ],
  ])('explains %j', (sandbox, message) => {
    expect(() =>
      readStrictConfig(configOf(sandbox), 'sandbox', schema),
    ).toThrow(new InputError(`Invalid config: ${message}`));
  });

  it('names the file that holds the bad value, not the first file', () => {
    const config = configOf({ github: { port: 1 } }, { github: { port: 'x' } });
    expect(() => readStrictConfig(config, 'sandbox', schema)).toThrow(
      "'sandbox.github.port' in 'app-config.local.yaml'",
    );
  });

  it('reads an absent section as empty and then names no file', () => {
    expect(() =>
      readStrictConfig(new ConfigReader({}), 'sandbox', schema),
    ).toThrow(
      "Invalid config: 'sandbox.github': expected an object with port, token, it is missing",
    );
  });
});
