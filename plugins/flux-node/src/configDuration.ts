import { ConfigReader, readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds, HumanDuration } from '@backstage/types';
import { z } from 'zod';

/**
 * A duration in configuration, in the forms that Backstage accepts elsewhere: `10s`, `PT10S` or
 * `{ seconds: 10 }`.
 *
 * @returns A schema that yields milliseconds.
 * @public
 */
export function configDuration() {
  return z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .transform((value, context): number => {
      try {
        const config = new ConfigReader({ duration: value } as any);
        return durationToMilliseconds(
          readDurationFromConfig(config, { key: 'duration' }) as HumanDuration,
        );
      } catch {
        context.addIssue({ code: 'custom', message: 'not a duration' });
        return z.NEVER;
      }
    })
    .meta({ description: 'a duration such as 10s or { seconds: 10 }' });
}
