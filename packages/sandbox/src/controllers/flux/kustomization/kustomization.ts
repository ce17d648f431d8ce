import type { ObjectKey } from '../../client';
import { keyOf, ReconcileContext } from '../../runtime';
import type { FluxReconciler } from '../lib/controller';
import type { FluxObject } from '../lib/FluxObject';
import { Index } from '../lib/Index';
import type { Artifact } from '../source/artifact';
import { GIT_REPOSITORY } from '../source/gitRepository';
import { nameOf } from './apply';
import { applyRevision } from './applyRevision';
import { findBlockingDependency, KUSTOMIZATION } from './dependencies';
import { checkHealthCheckExprs } from './healthCheckExprs';
import { keyOfEntry } from './inventory';
import { deleteOwned } from './prune';
import { resolveSource, SourceError } from './source';
import { applier, retryOf, REVISION } from './steps';

const DEPENDENCY_RETRY_MS = 2000;

const SOURCES = [GIT_REPOSITORY];

/** What the sandbox leaves out of Kustomization, if the object asks for it. */
function unsupportedField(spec: any): string | undefined {
  return [
    spec.decryption ? 'spec.decryption' : undefined,
    spec.kubeConfig ? 'spec.kubeConfig' : undefined,
    spec.components?.length ? 'spec.components' : undefined,
    spec.dependsOn?.some((entry: any) => entry.readyExpr)
      ? 'spec.dependsOn.readyExpr'
      : undefined,
  ].find(Boolean);
}

function isSameArtifact(a?: Artifact, b?: Artifact): boolean {
  // The address changes when the server of artifacts starts anew.
  return a?.revision === b?.revision && a?.url === b?.url;
}

/** Deletes what was applied, unless the Kustomization says to leave it. */
async function finalize(
  object: FluxObject,
  { client }: ReconcileContext,
): Promise<void> {
  const { spec, status } = object;
  const policy = spec.deletionPolicy ?? 'MirrorPrune';
  const deletes = policy === 'MirrorPrune' ? spec.prune : policy !== 'Orphan';
  const keys: ObjectKey[] = (status.inventory?.entries ?? []).map(keyOfEntry);
  if (spec.suspend || !deletes || keys.length === 0) {
    return;
  }
  const account = spec.serviceAccountName;
  const canImpersonate =
    !account ||
    (await client.get({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      namespace: object.namespace,
      name: account,
    }));
  if (!canImpersonate) {
    // Or the object could never go, e.g. when its whole namespace is being deleted.
    await object.event(
      'Warning',
      object.condition('Ready')?.reason ?? 'error',
      `unable to prune objects: \n${keys
        .map(({ kind, namespace, name }) =>
          [kind, namespace, name].filter(Boolean).join('/'),
        )
        .join('\n')}`,
    );
    return;
  }
  const deleted = await deleteOwned(keys, object, applier(object, client));
  if (deleted.length > 0) {
    await object.event(
      'Normal',
      object.condition('Ready')?.reason ?? 'info',
      deleted.map(entry => `${nameOf(entry)} deleted`).join('\n'),
    );
  }
}

/** Settings of the controller that are flags on real Flux. */
export interface KustomizationOptions {
  /** How often a health check looks. */
  healthPollMs?: number;
  /**
   * The feature gate of that name, which is off unless somebody turns it on: a new revision, a
   * changed spec or a request ends a health check that is still waiting.
   */
  cancelHealthCheckOnNewRevision?: boolean;
}

/** kustomize-controller: builds a path of an artifact and applies it. */
export function kustomizationReconciler(
  options: KustomizationOptions = {},
): FluxReconciler {
  const health = {
    pollMs: options.healthPollMs ?? 2000,
    cancels: options.cancelHealthCheckOnNewRevision ?? false,
  };
  const bySource = new Index();

  return {
    type: KUSTOMIZATION,
    component: 'kustomize-controller',
    // A health check holds its place for as long as it waits.
    concurrency: 50,
    watches: SOURCES.map(type => ({
      type,
      map: (source, previous) =>
        isSameArtifact(source.status?.artifact, previous?.status?.artifact)
          ? []
          : bySource.get(keyOf(source)),
    })),
    reconcile: async (object, context) => {
      const { sourceRef } = object.spec;
      bySource.set(object.key, [
        {
          ...GIT_REPOSITORY,
          kind: sourceRef.kind,
          namespace: sourceRef.namespace || object.namespace,
          name: sourceRef.name,
        },
      ]);
      const unsupported = unsupportedField(object.spec);
      if (unsupported) {
        object.stalled(
          'NotSupported',
          `The sandbox does not support ${unsupported} of a Kustomization`,
        );
        await object.patchStatus();
        return undefined;
      }
      try {
        checkHealthCheckExprs(object.spec);
      } catch (error) {
        object.stalled(
          'InvalidCELExpression',
          `Reconciliation failed terminally due to configuration error: ${
            (error as Error).message
          }`,
        );
        await object.patchStatus();
        return undefined;
      }
      let artifact: Artifact;
      try {
        ({ artifact } = await resolveSource(object, context.client));
      } catch (error) {
        if (!(error instanceof SourceError)) {
          throw error;
        }
        object.remove('Reconciling');
        object.set('Ready', 'False', 'ArtifactFailed', error.message);
        object.handled();
        await object.patchStatus();
        return {
          requeueAfterMs: error.retry ? DEPENDENCY_RETRY_MS : retryOf(object),
        };
      }
      const blocking = await findBlockingDependency(
        object,
        artifact.revision,
        context.client,
      );
      if (blocking) {
        object.remove('Reconciling');
        object.set('Ready', 'False', 'DependencyNotReady', blocking);
        object.handled();
        await object.patchStatus();
        await object.event(
          'Normal',
          'DependencyNotReady',
          `Dependencies do not meet ready condition, retrying in ${
            DEPENDENCY_RETRY_MS / 1000
          }s`,
          { [REVISION]: artifact.revision },
        );
        return { requeueAfterMs: DEPENDENCY_RETRY_MS };
      }
      return applyRevision(object, artifact, context, health);
    },
    finalize,
  };
}
