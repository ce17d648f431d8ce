import { Config } from '@backstage/config';
import {
  configDuration,
  readStrictConfig,
} from '@backstage-flux/plugin-flux-node';
import { z } from 'zod';

const schema = z.strictObject({
  clusters: z
    .strictObject({
      timeout: configDuration().prefault('10s'),
      retryAfter: configDuration().prefault('15s'),
      checkInterval: configDuration().prefault('30s'),
      silence: configDuration().prefault('100s'),
      refresh: configDuration().prefault('60s'),
    })
    .prefault({}),
  gitHosts: z
    .array(
      z.strictObject({
        host: z
          .string()
          .regex(/^[^\s/@]+$/)
          .describe('a host, with its port where it has one'),
        webUrl: z
          .url({ protocol: /^https?$/ })
          .describe('an http or https address'),
      }),
    )
    .default([]),
});

/** The section `flux` of the configuration; durations are milliseconds. */
export type FluxConfig = z.output<typeof schema>;

export function readFluxConfig(config: Config): FluxConfig {
  return readStrictConfig(config, 'flux', schema);
}
