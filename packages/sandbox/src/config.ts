import { RootConfigService } from '@backstage/backend-plugin-api';
import { readStrictConfig } from '@backstage-flux/plugin-flux-node';
import { z } from 'zod';

const port = z.number().int().min(0).max(65535);

const host = z
  .string()
  .regex(/^[\w.:-]+$/)
  .meta({
    description: 'an address or name of this machine, or 0.0.0.0 for all',
  });

function isOrigin(text: string, protocols: string[]): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    url !== undefined &&
    protocols.includes(url.protocol) &&
    ['', '/'].includes(url.pathname + url.search + url.hash)
  );
}

const withoutSlash = (text: string) => text.replace(/\/$/, '');

const httpUrl = z
  .string()
  .refine(text => isOrigin(text, ['http:', 'https:']))
  .transform(withoutSlash)
  .meta({
    description: 'an address without a path, such as http://127.0.0.1:4010',
  });

const sshUrl = z
  .string()
  .refine(text => isOrigin(text, ['ssh:']))
  .transform(withoutSlash)
  .meta({
    description: 'an address without a path, such as ssh://git@127.0.0.1:4012',
  });

const schema = z.strictObject({
  directory: z.string().min(1),
  examples: z.boolean().default(true),
  fleets: z.array(z.string().min(1)).default([]),
  github: z.strictObject({
    port,
    sshPort: port,
    token: z.string().min(1),
    host: host.default('127.0.0.1'),
    url: httpUrl.optional(),
    sshUrl: sshUrl.optional(),
    build: z.enum(['auto', 'docker', 'none']).default('auto'),
  }),
  registry: z
    .strictObject({
      port: port.optional(),
      host: host.default('127.0.0.1'),
      url: httpUrl.optional(),
    })
    .superRefine(({ port: own, url }, context) => {
      if (own === undefined && url === undefined) {
        context.addIssue({ code: 'custom', path: ['url'] });
      }
    }),
  kubernetes: z
    .strictObject({
      clusters: z
        .array(
          z.strictObject({
            name: z.string().min(1),
            port,
            webhookPort: port.default(0),
          }),
        )
        .default([]),
    })
    .prefault({}),
});

export type SandboxConfig = z.output<typeof schema>;

/** Answers undefined when there is no `sandbox` section; throws an `InputError` that names a bad key. */
export function readSandboxConfig(
  config: RootConfigService,
): SandboxConfig | undefined {
  return config.has('sandbox')
    ? readStrictConfig(config, 'sandbox', schema)
    : undefined;
}
