import { PermissionsService } from '@backstage/backend-plugin-api';
import { ClusterAccess } from '@backstage-flux/plugin-flux-node';
import { InputError } from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  GithubRepositories,
  RepositoryName,
} from '../github/GithubRepositories';
import { checkEnrolmentExamples } from './checkEnrolment.examples';
import {
  checkCatalog,
  checkCluster,
  checkFleet,
  checkPermission,
  checkRepository,
} from './enrolmentChecks';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

function repoUrlOf({ host, owner, repo }: RepositoryName): string {
  return `${host}?owner=${encodeURIComponent(owner)}&repo=${encodeURIComponent(
    repo,
  )}`;
}

/**
 * The `flux:enrolment:check` action. It finds out before anything is created whether a new application
 * can be created and enrolled, and answers the addresses that follow from the form.
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
      const { name, cluster: clusterName, enrolment } = ctx.input;
      const host = ctx.input.host || 'github.com';
      const given = ctx.input.registry || 'ghcr.io';
      const registry = given.replace(/^https?:\/\//, '');
      const owner = ctx.input.repoOwner;
      if (!owner) {
        throw new InputError(
          'GitHub organisation: none is given, and the platform has no default (scaffolder.defaultEnvironment.parameters.githubOwner); fill in the field',
        );
      }
      const repository = { host, owner, repo: name };
      const [fleetName, fleetOwner = owner] = (
        ctx.input.fleetRepo || `fleet-${clusterName}`
      )
        .split('/')
        .reverse();
      const fleet = { host, owner: fleetOwner, repo: fleetName };
      const github = GithubRepositories.create({
        integrations,
        logger: ctx.logger,
      });
      const credentials = await ctx.getInitiatorCredentials();

      const checks = [
        checkCatalog(catalog, credentials, name),
        checkRepository(github, repository),
        checkCluster(clusterAccess, clusterName, name, ctx.signal),
        enrolment === 'fleet'
          ? checkFleet(github, fleet, name)
          : checkPermission(permissions, credentials),
      ];
      const problems = (await Promise.allSettled(checks)).filter(
        result => result.status === 'rejected',
      );
      if (problems.length === 1) {
        throw problems[0].reason;
      }
      if (problems.length > 1) {
        throw new InputError(
          problems.map(({ reason }) => reason.message).join('\n'),
        );
      }

      ctx.logger.info(
        `Nothing stands in the way of ${owner}/${name} on cluster ${clusterName}`,
      );
      ctx.output('host', host);
      ctx.output('repoOwner', owner);
      ctx.output('repoUrl', repoUrlOf(repository));
      ctx.output('fleetRepoUrl', repoUrlOf(fleet));
      ctx.output('registry', registry);
      ctx.output('image', `${registry}/${owner.toLowerCase()}/${name}`);
      ctx.output(
        'insecure',
        given.startsWith('http://') || LOOPBACK.test(registry),
      );
    },
  });
}
