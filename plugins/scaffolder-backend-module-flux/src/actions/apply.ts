import {
  PermissionsService,
  resolveSafeChildPath,
} from '@backstage/backend-plugin-api';
import { fluxClusterEnrolPermission } from '@backstage-flux/plugin-flux-common';
import { ClusterAccess } from '@backstage-flux/plugin-flux-node';
import { assertError, InputError, NotAllowedError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { Cluster } from '../cluster/Cluster';
import { describeManifest, inApplyOrder, Manifest } from '../cluster/Manifest';
import { readManifests } from '../cluster/readManifests';
import { applyExamples } from './apply.examples';
import { withMessage } from '../withMessage';
import { mayEnrol } from './mayEnrol';

/** Namespaces that are among the manifests and don't exist yet: nothing in them can be tried first. */
async function namespacesToCome(
  cluster: Cluster,
  manifests: Manifest[],
): Promise<Set<string>> {
  const names = manifests
    .filter(
      ({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Namespace',
    )
    .map(({ metadata }) => metadata.name);
  const toCome = new Set<string>();
  for (const name of names) {
    if (!(await cluster.namespaceExists(name))) {
      toCome.add(name);
    }
  }
  return toCome;
}

/**
 * The `flux:apply` action. It applies the YAML files of a folder of the workspace to a cluster, with
 * server-side apply, after the cluster has said that it would accept each of them. Whoever runs the
 * template needs the permission `flux.cluster.enrol`.
 *
 * @public
 */
export function createApplyAction(options: {
  clusterAccess: ClusterAccess;
  permissions: PermissionsService;
}) {
  const { clusterAccess, permissions } = options;
  return createTemplateAction({
    id: 'flux:apply',
    description:
      'Applies the objects in a folder of the workspace to a cluster',
    examples: applyExamples,
    schema: {
      input: {
        cluster: z =>
          z.string().min(1).describe('Name of the cluster in Backstage'),
        path: z =>
          z.string().min(1).describe('Folder in the workspace with YAML files'),
      },
      output: {
        applied: z =>
          z.array(z.string()).describe('e.g. `Kustomization orders/orders`'),
      },
    },
    async handler(ctx) {
      const credentials = await ctx.getInitiatorCredentials();
      if (!(await mayEnrol(permissions, credentials))) {
        throw new NotAllowedError(
          `You may not apply to clusters directly (${fluxClusterEnrolPermission.name}); ask for the permission, or enrol by a pull request in the fleet repository`,
        );
      }
      const folder = resolveSafeChildPath(ctx.workspacePath, ctx.input.path);
      const manifests = inApplyOrder(
        await readManifests(folder, ctx.input.path),
      );
      if (manifests.length === 0) {
        throw new InputError(`${ctx.input.path} holds no Kubernetes objects`);
      }
      const cluster = Cluster.create({
        name: ctx.input.cluster,
        access: clusterAccess,
        signal: ctx.signal,
      });

      const toCome = await namespacesToCome(cluster, manifests);
      for (const manifest of manifests) {
        if (!toCome.has(manifest.metadata.namespace ?? '')) {
          await cluster.apply(manifest, { dryRun: true });
        }
      }

      const applied: string[] = [];
      for (const manifest of manifests) {
        try {
          await cluster.apply(manifest);
        } catch (error) {
          assertError(error);
          throw withMessage(
            error,
            `${error.message}. Applied before that, and still there: ${
              applied.join(', ') || 'nothing'
            }`,
          );
        }
        applied.push(describeManifest(manifest));
        ctx.logger.info(`Applied ${describeManifest(manifest)}`);
      }
      ctx.output('applied', applied);
    },
  });
}
