import { ClusterAccess } from '@backstage-flux/plugin-flux-node';
import { assertError, InputError, NotFoundError } from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import {
  createTemplateAction,
  parseRepoUrl,
} from '@backstage/plugin-scaffolder-node';
import { Cluster } from '../cluster/Cluster';
import { describeManifest, Manifest } from '../cluster/Manifest';
import { GithubRepositories } from '../github/GithubRepositories';
import { knownHostsOf, toSshUrl } from '../github/sshAddress';
import { createSshKeyPair } from '../github/sshKeyPair';
import { createDeployKeyExamples } from './createDeployKey.examples';
import { withUndo } from './withUndo';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/**
 * The `flux:deploy-key:create` action. It makes a key that opens one repository, registers its public
 * half there, and puts the private half where Flux looks for it. The private half is in no log, output
 * or checkpoint. When a later part fails, what was made before is removed again.
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
      },
      output: {
        sshUrl: z => z.string().describe('Address for the GitRepository'),
        repositoryUrl: z => z.string().describe('Page of the repository'),
      },
    },
    async handler(ctx) {
      const { repoUrl, namespace, secretName } = ctx.input;
      const { host, owner, repo } = parseRepoUrl(repoUrl, integrations);
      if (!owner || !repo) {
        throw new InputError(
          `repoUrl '${repoUrl}' names no owner or no repository`,
        );
      }
      const name = { host, owner, repo };
      const full = `${owner}/${repo}`;
      const github = GithubRepositories.create({
        integrations,
        logger: ctx.logger,
      });
      const cluster = Cluster.create({
        name: ctx.input.cluster,
        access: clusterAccess,
        signal: ctx.signal,
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
        await withUndo(async undo => {
          const namespaceManifest: Manifest = {
            apiVersion: 'v1',
            kind: 'Namespace',
            metadata: { name: namespace },
          };
          await cluster.create(namespaceManifest);
          undo.add(describeManifest(namespaceManifest), () =>
            cluster.delete(namespaceManifest),
          );

          const pair = await createSshKeyPair(
            `flux-${ctx.input.cluster}-${namespace}`,
          );
          const keyId = await github.addDeployKey(name, {
            title: `Flux in ${ctx.input.cluster}`,
            publicKey: pair.publicKey,
          });
          undo.add(`deploy key ${keyId} of ${full}`, () =>
            github.removeDeployKey(name, keyId),
          );

          await cluster.create({
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: secretName, namespace },
            type: 'Opaque',
            data: {
              identity: base64(pair.privateKey),
              'identity.pub': base64(`${pair.publicKey}\n`),
              known_hosts: base64(knownHosts),
            },
          });
        });
      } catch (error) {
        assertError(error);
        error.message = `${error.message}. The repository ${full} was there before and stays: delete it before you try again under the same name.`;
        throw error;
      }

      ctx.logger.info(
        `Flux in cluster ${ctx.input.cluster} can read and write ${full} with Secret ${namespace}/${secretName}`,
      );
      ctx.output('sshUrl', sshUrl.toString());
      ctx.output('repositoryUrl', repository.htmlUrl);
    },
  });
}
