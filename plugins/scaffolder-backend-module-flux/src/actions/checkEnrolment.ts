import { PermissionsService } from '@backstage/backend-plugin-api';
import { ClusterAccess } from '@backstage-flux/plugin-flux-node';
import { InputError } from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { GithubRepositories } from '../github/GithubRepositories';
import { fleetRepositoryOf, repoUrlOf } from '../github/repoUrl';
import { checkEnrolmentExamples } from './checkEnrolment.examples';
import {
  checkCatalog,
  checkCluster,
  checkFleet,
  checkPermission,
  checkRepository,
  ENROLMENT_APIS,
} from './enrolmentChecks';
import { checkOnce, runChecks } from './runChecks';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/**
 * The `flux:enrolment:check` action. It finds out before anything is created whether a new application
 * can be created and enrolled, and answers the addresses that follow from the form. When a task is retried
 * it does not mind what an earlier try of the same task made.
 *
 * @public
 */
export function createCheckEnrolmentAction(options: {
  integrations: ScmIntegrationRegistry;
  clusterAccess: ClusterAccess;
  catalog: CatalogService;
  permissions: PermissionsService;
}) {
  const { integrations, clusterAccess, catalog, permissions } = options;
  return createTemplateAction({
    id: 'flux:enrolment:check',
    description:
      'Checks that a new application can be created and put under Flux, before anything is created',
    examples: checkEnrolmentExamples,
    supportsDryRun: true,
    schema: {
      input: {
        name: z =>
          z
            .string()
            .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/)
            .describe(
              'Name of the application, its repository and its namespace',
            ),
        cluster: z =>
          z.string().min(1).describe('Name of the cluster in Backstage'),
        enrolment: z =>
          z.enum(['fleet', 'direct']).describe('How the cluster learns of it'),
        namespace: z =>
          z.string().optional().describe('Has to be free; default the name'),
        namespaces: z =>
          z.array(z.string()).optional().describe('All have to be free'),
        apis: z =>
          z
            .array(z.string())
            .optional()
            .describe('Needed besides Flux, e.g. `projectcontour.io/v1`'),
        repoOwner: z =>
          z
            .string()
            .optional()
            .describe('Organisation or user that gets the repository'),
        fleetRepo: z =>
          z
            .string()
            .optional()
            .describe(
              'The fleet repository, as name or owner/name; default fleet-<cluster>',
            ),
        host: z =>
          z
            .string()
            .default('github.com')
            .describe('Host of the GitHub integration'),
        registry: z =>
          z.string().default('ghcr.io').describe('Registry of the image'),
      },
      output: {
        host: z => z.string(),
        repoOwner: z => z.string(),
        repoUrl: z => z.string().describe('For publish:github'),
        fleetRepoUrl: z =>
          z.string().describe('For publish:github:pull-request'),
        registry: z => z.string(),
        image: z => z.string().describe('Name of the image, without a tag'),
        insecure: z =>
          z
            .boolean()
            .describe(
              'True when the registry speaks plain HTTP: on loopback, or where its address begins with http://',
            ),
      },
    },
    async handler(ctx) {
      const { name, cluster, enrolment, namespace, apis = [] } = ctx.input;
      const host = ctx.input.host || 'github.com';
      const given = ctx.input.registry || 'ghcr.io';
      const registry = given.replace(/^https?:\/\//, '');
      const { repoOwner } = ctx.input;
      if (!repoOwner) {
        throw new InputError(
          'GitHub organisation: none is given, and the platform has no default (scaffolder.defaultEnvironment.parameters.githubOwner); fill in the field',
        );
      }
      const repositoryOf = (owner: string) => ({ host, owner, repo: name });
      const fleetOf = (owner: string) =>
        fleetRepositoryOf({
          host,
          owner,
          cluster,
          given: ctx.input.fleetRepo,
        });

      const found = await checkOnce(ctx, 'enrolment.checked', async () => {
        const github = GithubRepositories.create({
          integrations,
          logger: ctx.logger,
          signal: ctx.signal,
        });
        const credentials = await ctx.getInitiatorCredentials();
        const [, spelled] = await runChecks([
          checkCatalog(catalog, credentials, `component:default/${name}`),
          checkRepository(github, repositoryOf(repoOwner)),
          checkCluster({
            access: clusterAccess,
            cluster,
            namespaces: ctx.input.namespaces ?? [namespace || name],
            field: namespace ? 'Namespace' : 'Name',
            apis: [...ENROLMENT_APIS, 'image.toolkit.fluxcd.io/v1', ...apis],
            signal: ctx.signal,
          }),
          enrolment === 'fleet'
            ? checkFleet(github, fleetOf(repoOwner), name)
            : checkPermission(permissions, credentials),
        ]);
        ctx.logger.info(
          `Nothing stands in the way of ${spelled}/${name} on cluster ${cluster}`,
        );
        return spelled;
      });
      const owner = found ?? repoOwner;

      ctx.output('host', host);
      ctx.output('repoOwner', owner);
      ctx.output('repoUrl', repoUrlOf(repositoryOf(owner)));
      ctx.output('fleetRepoUrl', repoUrlOf(fleetOf(owner)));
      ctx.output('registry', registry);
      ctx.output('image', `${registry}/${owner.toLowerCase()}/${name}`);
      ctx.output(
        'insecure',
        given.startsWith('http://') || LOOPBACK.test(registry),
      );
    },
  });
}
