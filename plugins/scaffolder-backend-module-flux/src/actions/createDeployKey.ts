import { ClusterAccess } from '@backstage-flux/plugin-flux-node';
import { assertError, InputError, NotFoundError } from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import {
  createTemplateAction,
  parseRepoUrl,
} from '@backstage/plugin-scaffolder-node';
import { Cluster } from '../cluster/Cluster';
import { GithubRepositories } from '../github/GithubRepositories';
import { knownHostsOf, toSshUrl } from '../github/sshAddress';
import { withMessage } from '../withMessage';
import { createDeployKeyExamples } from './createDeployKey.examples';
import { storeDeployKey } from './storeDeployKey';

/**
 * The `flux:deploy-key:create` action. It makes a key that opens one repository, registers its public
 * half there, and puts the private half where Flux looks for it. The private half is in no log, output
 * or checkpoint. When a later part fails, what was made before is removed again. A task that is retried
 * makes no second key.
 *
 * @public
 */
export function createDeployKeyAction(options: {
  integrations: ScmIntegrationRegistry;
  clusterAccess: ClusterAccess;
}) {
  const { integrations, clusterAccess } = options;
  return createTemplateAction({
    id: 'flux:deploy-key:create',
    description:
      'Gives Flux in a cluster access to one GitHub repository: a deploy key, and a Secret with it in a new namespace',
    examples: createDeployKeyExamples,
    supportsDryRun: true,
    schema: {
      input: {
        repoUrl: z =>
          z
            .string()
            .describe(
              'The repository, e.g. `github.com?owner=acme&repo=orders`',
            ),
        cluster: z =>
          z.string().min(1).describe('Name of the cluster in Backstage'),
        namespace: z =>
          z
            .string()
            .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
            .describe('Namespace to create for the application'),
        secretName: z =>
          z
            .string()
            .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/)
            .describe('Name of the Secret that the GitRepository refers to'),
        knownHosts: z =>
          z
            .string()
            .optional()
            .describe(
              'Lines for known_hosts, for a GitHub that does not tell its host keys',
            ),
        readOnly: z =>
          z
            .boolean()
            .optional()
            .describe('Whether Flux may only read; it may write by default'),
      },
      output: {
        sshUrl: z => z.string().describe('Address for the GitRepository'),
        repositoryUrl: z => z.string().describe('Page of the repository'),
      },
    },
    async handler(ctx) {
      const { repoUrl, namespace, secretName, readOnly = false } = ctx.input;
      const { host, owner, repo } = parseRepoUrl(repoUrl, integrations);
      if (!owner || !repo) {
        throw new InputError(
          `repoUrl '${repoUrl}' names no owner or no repository`,
        );
      }
      const name = { host, owner, repo };
      const full = `${owner}/${repo}`;
      if (ctx.isDryRun) {
        ctx.logger.info(`Dry run: ${full} gets no deploy key`);
        ctx.output('sshUrl', `ssh://git@${host}/${full}.git`);
        ctx.output('repositoryUrl', `https://${host}/${full}`);
        return;
      }
      const github = GithubRepositories.create({
        integrations,
        logger: ctx.logger,
      });
      // Without the signal of the task: once begun, it is done or taken back, also when the task is cancelled
      const cluster = Cluster.create({
        name: ctx.input.cluster,
        access: clusterAccess,
      });

      const repository = await github.find(name);
      if (!repository) {
        throw new NotFoundError(
          `${full} does not exist on ${host}, or Backstage may not see it`,
        );
      }
      const sshUrl = toSshUrl(repository.sshUrl);
      const knownHosts =
        ctx.input.knownHosts ||
        knownHostsOf(sshUrl, await github.sshHostKeys(name));
      if (!knownHosts) {
        throw new NotFoundError(
          `${host} does not tell its SSH host keys; give them to this step as knownHosts`,
        );
      }

      try {
        await ctx.checkpoint({
          key: `create.deploy-key.${ctx.input.cluster}.${namespace}.${secretName}`,
          fn: () =>
            storeDeployKey({
              cluster,
              github,
              repository: name,
              namespace,
              secretName,
              knownHosts,
              readOnly,
              taskId: ctx.task.id,
            }),
        });
      } catch (error) {
        assertError(error);
        throw withMessage(
          error,
          `${error.message}. When that is put right, retry this task, which goes on from here.`,
        );
      }

      ctx.logger.info(
        `Flux in cluster ${ctx.input.cluster} can ${
          readOnly ? 'read' : 'read and write'
        } ${full} with Secret ${namespace}/${secretName}`,
      );
      ctx.output('sshUrl', sshUrl.toString());
      ctx.output('repositoryUrl', repository.htmlUrl);
    },
  });
}
