import {
  PermissionsService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { ClusterAccess } from '@backstage-flux/plugin-flux-node';
import { ScmIntegrationRegistry } from '@backstage/integration';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { GithubRepositories } from '../github/GithubRepositories';
import { fleetRepositoryOf, repoUrlOf } from '../github/repoUrl';
import { toSshUrl } from '../github/sshAddress';
import { checkEnrolledRepositoryExamples } from './checkEnrolledRepository.examples';
import { readEnrolledComponent } from './enrolledComponent';
import {
  checkPath,
  exampleRepository,
  findRepository,
  folderOf,
  nameOf,
} from './enrolledRepository';
import { checkCluster, checkFleet, ENROLMENT_APIS } from './enrolmentChecks';
import { checkOnce, runChecks } from './runChecks';

/**
 * The `flux:repository:check` action. It finds out before anything is created whether the repository of a
 * component can be put under Flux, and answers where it is.
 *
 * @public
 */
export function createCheckEnrolledRepositoryAction(options: {
  integrations: ScmIntegrationRegistry;
  clusterAccess: ClusterAccess;
  catalog: CatalogService;
  permissions: PermissionsService;
  userInfo: UserInfoService;
}) {
  const { integrations, clusterAccess } = options;
  return createTemplateAction({
    id: 'flux:repository:check',
    description:
      'Checks that the repository of a component can be put under Flux, before anything is created',
    examples: checkEnrolledRepositoryExamples,
    supportsDryRun: true,
    schema: {
      input: {
        entityRef: z => z.string().min(1).describe('The component'),
        cluster: z => z.string().min(1).describe('Name in Backstage'),
        path: z => z.string().describe('Folder that holds the manifests'),
        name: z =>
          z.string().optional().describe('Default the component’s name'),
        namespace: z =>
          z.string().optional().describe('Has to be free; default the name'),
        fleetRepo: z =>
          z
            .string()
            .optional()
            .describe('Name or owner/name; default fleet-<cluster>'),
        repoOwner: z =>
          z
            .string()
            .optional()
            .describe('Whose the fleet is; default the repository’s owner'),
        host: z =>
          z.string().default('github.com').describe('A GitHub integration'),
      },
      output: {
        name: z => z.string(),
        namespace: z => z.string(),
        path: z => z.string().describe('Without ./ before it'),
        host: z => z.string(),
        repoOwner: z => z.string(),
        repoName: z => z.string(),
        repoUrl: z => z.string().describe('For flux:deploy-key:create'),
        repositoryUrl: z => z.string().describe('Page of the repository'),
        defaultBranch: z => z.string(),
        sshUrl: z => z.string().describe('Address for the GitRepository'),
        fleetRepoUrl: z =>
          z.string().describe('For publish:github:pull-request'),
      },
    },
    async handler(ctx) {
      const { entityRef, cluster } = ctx.input;
      const host = ctx.input.host || 'github.com';
      const path = folderOf(ctx.input.path);
      const name = nameOf(ctx.input.name || entityRef);
      const namespace = ctx.input.namespace || name;
      const github = GithubRepositories.create({
        integrations,
        logger: ctx.logger,
        signal: ctx.signal,
      });

      let repository = exampleRepository({
        host,
        owner: ctx.input.repoOwner,
        repo: name,
      });
      if (!ctx.isDryRun) {
        const credentials = await ctx.getInitiatorCredentials();
        repository = await findRepository(
          github,
          await readEnrolledComponent({
            ...options,
            credentials,
            entityRef,
            host,
          }),
        );
      }
      const fleet = fleetRepositoryOf({
        host,
        owner: ctx.input.repoOwner || repository.owner,
        cluster,
        given: ctx.input.fleetRepo,
      });
      await checkOnce(ctx, 'repository.checked', async () => {
        await runChecks([
          checkPath(github, repository, path),
          checkFleet(github, fleet, name),
          checkCluster({
            access: clusterAccess,
            cluster,
            namespaces: [namespace],
            field: 'Namespace',
            apis: ENROLMENT_APIS,
            signal: ctx.signal,
          }),
        ]);
      });
      ctx.output('name', name);
      ctx.output('namespace', namespace);
      ctx.output('path', path);
      ctx.output('host', host);
      ctx.output('repoOwner', repository.owner);
      ctx.output('repoName', repository.repo);
      ctx.output('repoUrl', repoUrlOf(repository));
      ctx.output('repositoryUrl', repository.htmlUrl);
      ctx.output('defaultBranch', repository.defaultBranch);
      ctx.output('sshUrl', toSshUrl(repository.sshUrl).toString());
      ctx.output('fleetRepoUrl', repoUrlOf(fleet));
    },
  });
}
