import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { planEnvironmentsExamples } from './planEnvironments.examples';

/** One environment of an application: where its manifests are, and what is particular to it. */
export interface PlannedEnvironment {
  /** Folder below `deploy/`. */
  folder: string;
  namespace: string;
  /** Whether new images are looked for here; elsewhere they arrive by promotion. */
  images: boolean;
  /** Fully qualified host name, empty when it is not exposed. */
  host: string;
  rollout: string;
}

/**
 * The `flux:environments:plan` action. It says which environments an application gets, so that a template
 * can go over them with `each` instead of computing their names in every step.
 *
 * @internal
 */
export function createPlanEnvironmentsAction() {
  return createTemplateAction({
    id: 'flux:environments:plan',
    description:
      'Says which environments an application gets, with their namespaces and host names',
    examples: planEnvironmentsExamples,
    supportsDryRun: true,
    schema: {
      input: {
        environments: z =>
          z
            .enum(['one', 'staging-production'])
            .describe('One environment, or staging and production'),
        namespace: z => z.string().min(1).describe('e.g. `orders`'),
        host: z =>
          z
            .string()
            .optional()
            .describe('Host name of production; staging gets one below it'),
        rollout: z =>
          z
            .string()
            .describe(
              'How a new version takes over where users are: in production, or in the only one',
            ),
        notify: z =>
          z
            .enum(['poll', 'push'])
            .default('poll')
            .describe('Whether Flux polls, or the workflow tells it'),
        receiverUrl: z =>
          z
            .string()
            .optional()
            .describe('Where the cluster’s webhook receiver is reached'),
      },
      output: {
        environments: z =>
          z.array(
            z.object({
              folder: z.string(),
              namespace: z.string(),
              images: z.boolean(),
              host: z.string(),
              rollout: z.string(),
            }),
          ),
        namespaces: z => z.array(z.string()),
        staged: z => z.boolean().describe('Whether there is a staging'),
        imageNamespace: z =>
          z.string().describe('Where new images are looked for'),
      },
    },
    async handler(ctx) {
      const { namespace, host = '', rollout, notify, receiverUrl } = ctx.input;
      if (notify === 'push' && !receiverUrl) {
        throw new InputError(
          'Where Flux listens: no address is given, and the platform has no default (scaffolder.defaultEnvironment.parameters.receiverUrl); fill in the field, or let Flux poll',
        );
      }
      const staged = ctx.input.environments === 'staging-production';
      const environments: PlannedEnvironment[] = staged
        ? [
            {
              folder: 'staging',
              namespace: `${namespace}-staging`,
              images: true,
              host: host && `staging.${host}`,
              // Staging is for finding out fast; being careful about users is for production
              rollout: 'rolling',
            },
            {
              folder: 'production',
              namespace: `${namespace}-production`,
              images: false,
              host,
              rollout,
            },
          ]
        : [{ folder: 'app', namespace, images: true, host, rollout }];
      ctx.output('environments', environments);
      ctx.output(
        'namespaces',
        environments.map(environment => environment.namespace),
      );
      ctx.output('staged', staged);
      ctx.output('imageNamespace', environments[0].namespace);
    },
  });
}
