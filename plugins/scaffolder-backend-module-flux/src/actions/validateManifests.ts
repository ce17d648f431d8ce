import { ClusterAccess } from '@backstage-flux/plugin-flux-node';
import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { Cluster } from '../cluster/Cluster';
import { neededFor } from '../cluster/neededComponents';
import { readDocuments } from '../cluster/readDocuments';
import { ClusterSchemas } from '../cluster/schemas/ClusterSchemas';
import { kubernetesObjects } from '../cluster/schemas/kubernetesObjects';
import { validateManifestsExamples } from './validateManifests.examples';

const MAX_PROBLEMS = 50;

/**
 * The `flux:manifests:validate` action. It checks the Kubernetes objects in folders of the workspace against
 * the schemas that the target cluster serves, before anything is published.
 *
 * @public
 */
export function createValidateManifestsAction(options: {
  clusterAccess: ClusterAccess;
}) {
  const { clusterAccess } = options;
  return createTemplateAction({
    id: 'flux:manifests:validate',
    description:
      'Checks the Kubernetes objects in folders of the workspace against the schemas of the cluster that they are for',
    examples: validateManifestsExamples,
    supportsDryRun: true,
    schema: {
      input: {
        cluster: z =>
          z.string().min(1).describe('Name of the cluster in Backstage'),
        paths: z =>
          z
            .array(z.string().min(1))
            .min(1)
            .describe('Folders in the workspace, read with all folders below'),
      },
      output: {
        validated: z => z.number().describe('How many objects were checked'),
      },
    },
    async handler(ctx) {
      const { cluster: name, paths } = ctx.input;
      const documents = await readDocuments(ctx.workspacePath, paths);
      const { objects, problems } = kubernetesObjects(documents);
      if (ctx.isDryRun) {
        ctx.logger.info(
          `Dry run: cluster ${name} is not asked for its schemas, so that ${objects.length} objects are only read, not checked`,
        );
      } else {
        const schemas = ClusterSchemas.create({
          cluster: Cluster.create({
            name,
            access: clusterAccess,
            signal: ctx.signal,
          }),
        });
        for (const { where, file, object, patch } of objects) {
          const found = await schemas.problemsOf(object, { partial: patch });
          if (found) {
            problems.push(...found.map(problem => `${where}: ${problem}`));
          } else {
            const { install, instead } = neededFor(object.apiVersion);
            problems.push(
              `Cluster '${name}' does not serve ${object.kind} (${object.apiVersion}), which ${file} needs: install ${install} there, or ${instead}`,
            );
          }
        }
      }
      if (problems.length > 0) {
        const more = problems.length - MAX_PROBLEMS;
        throw new InputError(
          [
            ...problems.slice(0, MAX_PROBLEMS),
            ...(more > 0 ? [`And ${more} more`] : []),
          ].join('\n'),
        );
      }
      if (objects.length === 0) {
        throw new InputError(
          `${paths.join(', ')}: no Kubernetes objects are there`,
        );
      }
      if (!ctx.isDryRun) {
        ctx.logger.info(
          `${objects.length} objects fit what cluster ${name} serves`,
        );
      }
      ctx.output('validated', objects.length);
    },
  });
}
