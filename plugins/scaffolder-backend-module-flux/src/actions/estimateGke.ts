import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { estimate } from '../gke/estimate';
import { estimateGkeExamples } from './estimateGke.examples';

/**
 * The `flux:gke:estimate` action. It computes from the choices of a form what a GKE cluster costs a month, and what each
 * lever saves, so that a template can put it into a page.
 *
 * @internal
 */
export function createEstimateGkeAction() {
  return createTemplateAction({
    id: 'flux:gke:estimate',
    description:
      'Computes what a GKE cluster costs a month, and what each other choice would save',
    examples: estimateGkeExamples,
    supportsDryRun: true,
    schema: {
      input: {
        mode: z => z.enum(['standard', 'autopilot']).optional(),
        locationType: z => z.enum(['zonal', 'regional']).optional(),
        region: z => z.string().describe('e.g. `us-central1`'),
        nodes: z =>
          z
            .number()
            .int()
            .min(1)
            .optional()
            .describe(
              'All of a zonal cluster; those of each zone of a regional one',
            ),
        machineType: z => z.string().optional(),
        diskGb: z => z.number().positive().optional().describe('Per node'),
        diskType: z =>
          z.enum(['pd-standard', 'pd-balanced', 'pd-ssd']).optional(),
        spot: z => z.boolean().optional(),
        autoscaling: z =>
          z
            .object({
              min: z.number().int().min(0),
              max: z.number().int().min(1),
            })
            .optional()
            .describe('Fewest and most nodes, counted like `nodes`'),
        privateNodes: z => z.boolean().optional(),
        visibility: z => z.enum(['private', 'public']).optional(),
        runners: z =>
          z.enum(['github', 'own']).optional().describe('Where workflows run'),
        actionsMinutes: z =>
          z.number().min(0).optional().describe('Of workflows, a month'),
      },
      output: {
        estimate: z =>
          z.object({
            lines: z.array(
              z.object({
                item: z.string(),
                detail: z.string(),
                monthly: z.string(),
              }),
            ),
            total: z.string(),
            credit: z.string(),
            totalWithCredit: z.string(),
            amounts: z.object({
              total: z.number(),
              credit: z.number(),
              totalWithCredit: z.number(),
            }),
            range: z
              .object({
                min: z.string(),
                max: z.string(),
                minNodes: z.number(),
                maxNodes: z.number(),
              })
              .optional(),
            nodes: z.number().describe('In the whole cluster'),
            levers: z.array(
              z.object({
                lever: z.string(),
                detail: z.string(),
                monthly: z.string(),
                saves: z.string(),
              }),
            ),
            notCounted: z.array(z.string()),
            pricedOn: z.string(),
            sources: z.array(
              z.object({ what: z.string(), url: z.string(), seen: z.string() }),
            ),
          }),
      },
    },
    async handler(ctx) {
      // The scaffolder checks an input against its schema, but fills in no defaults
      const {
        mode = 'standard',
        locationType = 'zonal',
        region,
        nodes = 3,
        machineType = 'e2-standard-2',
        diskGb = 50,
        diskType = 'pd-balanced',
        spot = false,
        autoscaling,
        privateNodes = false,
        visibility = 'private',
        runners = 'github',
        actionsMinutes = 2000,
      } = ctx.input;
      const result = estimate({
        mode,
        locationType,
        region,
        nodes,
        machineType,
        diskGb,
        diskType,
        spot,
        autoscaling,
        privateNodes,
        visibility,
        runners,
        actionsMinutes,
      });
      ctx.logger.info(
        `${result.total} US dollars a month, ${result.totalWithCredit} with Google’s credit`,
      );
      ctx.output('estimate', result);
    },
  });
}
