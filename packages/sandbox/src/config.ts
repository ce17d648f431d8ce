import { RootConfigService } from '@backstage/backend-plugin-api';
import { readStrictConfig } from '@backstage-flux/plugin-flux-node';
import { z } from 'zod';

const port = z.number().int().min(0).max(65535);

const schema = z.strictObject({
  directory: z.string().min(1),
  github: z.strictObject({
    port,
    sshPort: port,
    token: z.string().min(1),
  }),
  registry: z.strictObject({ port }),
  kubernetes: z.strictObject({
    clusters: z.array(z.strictObject({ name: z.string().min(1), port })).min(1),
  }),
});

export type SandboxConfig = z.infer<typeof schema>;

/** Answers undefined when there is no `sandbox` section; throws an `InputError` that names a bad key. */
export function readSandboxConfig(
  config: RootConfigService,
): SandboxConfig | undefined {
  return config.has('sandbox')
    ? readStrictConfig(config, 'sandbox', schema)
    : undefined;
}
