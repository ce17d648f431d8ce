import { ScmIntegrationRegistry } from '@backstage/integration';
import { InputError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { GithubRepositories } from '../github/GithubRepositories';
import { fleetRepositoryOf, repoUrlOf } from '../github/repoUrl';
import { checkFleetExamples } from './checkFleet.examples';
import { checkCatalog, checkRepository } from './enrolmentChecks';
import { checkOnce, runChecks } from './runChecks';

/**
 * The `flux:fleet:check` action. It finds out before anything is created whether a fleet repository for a
 * new cluster can be created, and answers its address.
 *
 * @public
 */
export function createCheckFleetAction(options: {
  integrations: ScmIntegrationRegistry;
  catalog: CatalogService;
}) {
  const { integrations, catalog } = options;
  return createTemplateAction({
    id: 'flux:fleet:check',
    description:
      'Checks that a fleet repository for a new cluster can be created, before anything is created',
    examples: checkFleetExamples,
    supportsDryRun: true,
    schema: {
      input: {
        name: z =>
          z
            .string()
            .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/)
            .describe('Name of the cluster'),
        repoOwner: z =>
          z
            .string()
            .optional()
            .describe('Organisation or user that gets the repository'),
        host: z =>
          z
            .string()
            .default('github.com')
            .describe('Host of the GitHub integration'),
      },
      output: {
        host: z => z.string(),
        repoOwner: z => z.string(),
        repoName: z => z.string().describe('fleet-<name>'),
        repoUrl: z => z.string().describe('For publish:github'),
      },
    },
    async handler(ctx) {
      const { name, repoOwner } = ctx.input;
      const host = ctx.input.host || 'github.com';
      if (!repoOwner) {
        throw new InputError(
          'GitHub organisation: none is given, and the platform has no default (scaffolder.defaultEnvironment.parameters.githubOwner); fill in the field',
        );
      }
      const asked = fleetRepositoryOf({
        host,
        owner: repoOwner,
        cluster: name,
        given: undefined,
      });
      const owner = await checkOnce(ctx, 'fleet.checked', async () => {
        const github = GithubRepositories.create({
          integrations,
          logger: ctx.logger,
          signal: ctx.signal,
        });
        const credentials = await ctx.getInitiatorCredentials();
        const [, spelled] = await runChecks([
          checkCatalog(catalog, credentials, `resource:default/${name}`),
          checkRepository(github, asked),
        ]);
        ctx.logger.info(
          `Nothing stands in the way of ${spelled}/${asked.repo}`,
        );
        return spelled;
      });
      const repository = { ...asked, owner: owner ?? repoOwner };
      ctx.output('host', host);
      ctx.output('repoOwner', repository.owner);
      ctx.output('repoName', repository.repo);
      ctx.output('repoUrl', repoUrlOf(repository));
    },
  });
}
