import { AuthService, DiscoveryService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { awaitRolledOut } from '../flux/awaitRolledOut';
import { FluxApi, RolloutTarget } from '../flux/FluxApi';
import { awaitRolloutExamples } from './awaitRollout.examples';

function targetOf(input: {
  entityRef?: string;
  cluster?: string;
  namespace?: string;
  name?: string;
}): RolloutTarget {
  const { entityRef, cluster, namespace, name } = input;
  if (entityRef) {
    return { entityRef };
  }
  if (cluster && namespace && name) {
    return { cluster, namespace, name };
  }
  throw new InputError(
    'Give entityRef, or cluster, namespace and name of a Flux Kustomization',
  );
}

/**
 * The `flux:rollout:await` action. It waits until the Flux tab of an entity says that it is rolled out, and
 * tells in the task’s log what the tab says on the way. It changes nothing, and a cancelled task leaves
 * everything as it is.
 *
 * @public
 */
export function createAwaitRolloutAction(options: {
  auth: AuthService;
  discovery: DiscoveryService;
  /** How often the Flux backend is asked, in milliseconds. */
  pollMs?: number;
}) {
  const { auth, discovery, pollMs = 3_000 } = options;
  return createTemplateAction({
    id: 'flux:rollout:await',
    description: 'Waits until Flux has rolled out what belongs to an entity',
    examples: awaitRolloutExamples,
    supportsDryRun: true,
    schema: {
      input: {
        entityRef: z =>
          z.string().optional().describe('e.g. `component:default/orders`'),
        cluster: z =>
          z.string().optional().describe('Of a Flux Kustomization instead'),
        namespace: z => z.string().optional().describe('Its namespace'),
        name: z => z.string().optional().describe('Its name'),
        timeoutSeconds: z =>
          z
            .number()
            .positive()
            .optional()
            .describe('How long to wait, in seconds; 900 by default'),
      },
      output: {
        state: z => z.string().describe('upToDate'),
        running: z =>
          z.string().optional().describe('The version, where all run the same'),
        clusters: z =>
          z.array(
            z.object({
              name: z.string(),
              state: z.string(),
              running: z.string().optional(),
            }),
          ),
      },
    },
    async handler(ctx) {
      const { timeoutSeconds = 900 } = ctx.input;
      const target = targetOf(ctx.input);
      const what =
        'entityRef' in target
          ? target.entityRef
          : `Kustomization ${target.namespace}/${target.name}`;
      if (ctx.isDryRun) {
        ctx.logger.info(`Dry run: ${what} is not waited for`);
        ctx.output('state', 'upToDate');
        ctx.output('clusters', []);
        return;
      }
      const view = await awaitRolledOut({
        api: FluxApi.create({
          auth,
          discovery,
          credentials: await ctx.getInitiatorCredentials(),
        }),
        target,
        what,
        timeoutMs: timeoutSeconds * 1_000,
        pollMs,
        logger: ctx.logger,
        signal: ctx.signal,
      });
      const versions = new Set(
        view.clusters.map(({ running }) => running?.label),
      );
      const [only] = versions;
      ctx.output('state', view.status.state);
      if (versions.size === 1 && only) {
        ctx.output('running', only);
      }
      ctx.output(
        'clusters',
        view.clusters.map(({ name, status, running }) => ({
          name,
          state: status.state,
          ...(running && { running: running.label }),
        })),
      );
    },
  });
}
