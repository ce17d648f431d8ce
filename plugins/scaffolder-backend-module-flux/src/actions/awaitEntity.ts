import { CatalogService } from '@backstage/plugin-catalog-node';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { setTimeout as delay } from 'node:timers/promises';
import { awaitEntityExamples } from './awaitEntity.examples';

/**
 * The `flux:entity:await` action. The catalog reads a registered location a moment later; until it has,
 * the links of a finished template lead to an entity that is not found. When the catalog takes longer
 * than `timeoutSeconds` the action says so in the log and ends well: nothing is missing but patience.
 *
 * @internal
 */
export function createAwaitEntityAction(options: {
  catalog: CatalogService;
  pollMs?: number;
}) {
  const { catalog, pollMs = 500 } = options;
  return createTemplateAction({
    id: 'flux:entity:await',
    description: 'Waits until an entity is in the catalog',
    examples: awaitEntityExamples,
    schema: {
      input: {
        entityRef: z =>
          z.string().min(1).describe('e.g. `component:default/orders`'),
        timeoutSeconds: z =>
          z
            .number()
            .positive()
            .optional()
            .describe('How long to wait, in seconds; 60 by default'),
      },
    },
    async handler(ctx) {
      // The scaffolder checks the input against the schema, but does not fill in its defaults
      const { entityRef, timeoutSeconds = 60 } = ctx.input;
      const credentials = await ctx.getInitiatorCredentials();
      const end = Date.now() + timeoutSeconds * 1000;
      while (Date.now() < end) {
        if (await catalog.getEntityByRef(entityRef, { credentials })) {
          ctx.logger.info(`${entityRef} is in the catalog`);
          return;
        }
        await delay(pollMs, undefined, { signal: ctx.signal });
      }
      ctx.logger.warn(
        `The catalog has not read ${entityRef} within ${timeoutSeconds} s; it will appear by itself`,
      );
    },
  });
}
