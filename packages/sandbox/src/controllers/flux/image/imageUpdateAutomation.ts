import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { sameJson } from '../lib/sameJson';
import type { KubernetesClient, ObjectKey } from '../../client';
import { keyOf, ReconcileResult } from '../../runtime';
import { Backoff, FluxReconciler } from '../lib/controller';
import { isReady } from '../lib/conditions';
import { parseDuration } from '../lib/duration';
import type { FluxObject } from '../lib/FluxObject';
import { Index } from '../lib/Index';
import {
  checkout,
  CheckoutError,
  RemoteRepository,
  remoteOf,
} from '../source/checkout';
import { GIT_REPOSITORY } from '../source/gitRepository';
import { commitMessage } from './commitMessage';
import { TemplateError } from './messageTemplate';
import type { ImageRef } from './setters';
import { IMAGE_POLICY, IMAGE_UPDATE_AUTOMATION } from './types';
import { commitFiles, findChanges, pushCommit } from './update';

const UP_TO_DATE = 'repository up-to-date';
const NO_CHANGE = 'no change since last reconciliation';

/** A failure with the reason that Flux gives to it. */
class AutomationError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
    this.name = 'AutomationError';
  }
}

function unsupportedField(spec: any): string | undefined {
  const strategy = spec.update?.strategy ?? 'Setters';
  return [
    spec.git?.commit?.signingKey ? 'spec.git.commit.signingKey' : undefined,
    spec.git?.push?.refspec ? 'spec.git.push.refspec' : undefined,
    spec.git?.push?.options ? 'spec.git.push.options' : undefined,
    strategy !== 'Setters' ? `update strategy ${strategy}` : undefined,
  ].find(Boolean);
}

function selectorText(selector: any): string | undefined {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  );
  const operators: Record<string, (e: any) => string> = {
    In: e => `${e.key} in (${e.values.join(',')})`,
    NotIn: e => `${e.key} notin (${e.values.join(',')})`,
    Exists: e => e.key,
    DoesNotExist: e => `!${e.key}`,
  };
  const expressions = (selector?.matchExpressions ?? []).map((e: any) =>
    operators[e.operator](e),
  );
  return [...labels, ...expressions].join(',') || undefined;
}

/** What the policies of the automation's namespace have chosen, by the policy's name. */
async function chosenImages(
  object: FluxObject,
  client: KubernetesClient,
): Promise<Record<string, ImageRef>> {
  const policies = await client.list(IMAGE_POLICY, {
    namespace: object.namespace,
    labelSelector: selectorText(object.spec.policySelector),
  });
  return Object.fromEntries(
    policies
      .filter(policy => policy.status?.latestRef)
      .map(policy => [policy.metadata.name, policy.status.latestRef])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** image-automation-controller: commits what policies choose to where markers are. */
export function imageUpdateAutomationReconciler(options: {
  directory: string;
}): FluxReconciler {
  const backoff = new Backoff();
  const references = new Index();
  const namespaceKey = (name: string): ObjectKey => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    name,
  });
  const cloneOf = (object: FluxObject) =>
    join(
      options.directory,
      'automation',
      object.namespace,
      `${object.name}-${object.object.metadata.uid ?? 'no-uid'}`,
    );

  async function update(
    object: FluxObject,
    remote: RemoteRepository,
    images: Record<string, ImageRef>,
    sourceRef: any,
    signal: AbortSignal,
  ): Promise<string> {
    const { spec, status } = object;
    const from = spec.git?.checkout?.ref ?? sourceRef ?? {};
    const branch = spec.git?.push?.branch || from.branch;
    if (!branch) {
      throw new AutomationError(
        'SourceManagerFailed',
        'failed configuring source manager: push spec not provided, and cannot be inferred from .spec.git.checkout.ref or GitRepository .spec.ref',
      );
    }
    const source = await checkout(remote, from, cloneOf(object), signal);
    const own = branch !== from.branch;
    const unchanged =
      status.observedSourceRevision === source.revision &&
      sameJson(status.observedPolicies ?? {}, images);
    if (unchanged) {
      // A branch of its own is looked at in full each time on real Flux, with the same outcome.
      return own ? UP_TO_DATE : NO_CHANGE;
    }
    const files = await findChanges(
      source,
      spec.update?.path,
      new Map(
        Object.entries(images).map(([name, ref]) => [
          `${object.namespace}:${name}`,
          ref,
        ]),
      ),
      signal,
    );
    status.observedPolicies = Object.keys(images).length ? images : undefined;
    status.observedSourceRevision = source.revision;
    if (files.length === 0) {
      return UP_TO_DATE;
    }
    const message = commitMessage(object, files);
    const author = spec.git?.commit?.author ?? {};
    const commit = await commitFiles(source, files, {
      message,
      author: { name: author.name || 'fluxbot', email: author.email ?? '' },
      signal,
    });
    await pushCommit(remote, source.directory, commit, branch, {
      force: own,
      signal,
    });
    status.lastPushCommit = commit;
    status.lastPushTime = object.now();
    if (!own) {
      status.observedSourceRevision = `${branch}@sha1:${commit}`;
    }
    return `pushed commit '${commit.slice(
      0,
      7,
    )}' to branch '${branch}'\n${message}`;
  }

  async function run(
    object: FluxObject,
    client: KubernetesClient,
    signal: AbortSignal,
  ): Promise<string> {
    const { spec } = object;
    const { kind, name } = spec.sourceRef;
    const namespace = spec.sourceRef.namespace || object.namespace;
    const source = await client.get({ ...GIT_REPOSITORY, namespace, name });
    if (kind !== 'GitRepository' || !source) {
      throw new AutomationError(
        'SourceManagerFailed',
        `failed configuring source manager: referenced git repository does not exist: gitrepositories.source.toolkit.fluxcd.io "${name}" not found`,
      );
    }
    const images = await chosenImages(object, client);
    const remembered = { ...object.status };
    const remote = await remoteOf(source, client).catch(error => {
      throw new AutomationError(
        'SourceManagerFailed',
        `failed configuring source manager: ${(error as Error).message}`,
      );
    });
    try {
      return await update(object, remote, images, source.spec.ref, signal);
    } catch (error) {
      object.status.observedPolicies = remembered.observedPolicies;
      object.status.observedSourceRevision = remembered.observedSourceRevision;
      if (error instanceof TemplateError || error instanceof AutomationError) {
        throw error;
      }
      const what =
        error instanceof CheckoutError
          ? 'failed to checkout source'
          : 'failed to update source';
      throw new AutomationError(
        'GitOperationFailed',
        `${what}: ${(error as Error).message}`,
      );
    }
  }

  async function failed(
    object: FluxObject,
    error: Error,
  ): Promise<ReconcileResult | void> {
    const stalled = error instanceof TemplateError;
    const reason =
      error instanceof TemplateError || error instanceof AutomationError
        ? error.reason
        : 'UpdateFailed';
    if (stalled) {
      object.stalled(reason, error.message);
    } else {
      object.failed(reason, error.message);
      object.handled();
    }
    await object.event('Warning', reason, error.message);
    await object.patchStatus();
    return stalled ? undefined : backoff.next(object);
  }

  return {
    type: IMAGE_UPDATE_AUTOMATION,
    component: 'image-automation-controller',
    concurrency: 8,
    watches: [
      {
        type: IMAGE_POLICY,
        map: (policy, previous) =>
          !previous ||
          !policy.status?.latestRef ||
          sameJson(policy.status.latestRef, previous.status?.latestRef)
            ? []
            : references.get(namespaceKey(policy.metadata.namespace ?? '')),
      },
      {
        type: GIT_REPOSITORY,
        // A new revision is none of its business: that waits for the interval.
        map: (source, previous) =>
          !previous ||
          source.metadata.generation === previous.metadata.generation
            ? []
            : references.get(keyOf(source)),
      },
    ],
    finalize: async object => {
      await rm(cloneOf(object), { recursive: true, force: true });
    },
    reconcile: async (object, { client, signal }) => {
      const { spec, status } = object;
      references.set(object.key, [
        namespaceKey(object.namespace),
        {
          ...GIT_REPOSITORY,
          namespace: spec.sourceRef.namespace || object.namespace,
          name: spec.sourceRef.name,
        },
      ]);
      const unsupported = unsupportedField(spec);
      if (unsupported) {
        object.stalled(
          'NotSupported',
          `The sandbox does not support ${unsupported} of an ImageUpdateAutomation`,
        );
        await object.patchStatus();
        return undefined;
      }
      if (object.progressing()) {
        await object.patchStatus();
        status.lastAutomationRunTime = object.now();
        await object.patchStatus();
      }
      status.lastAutomationRunTime = object.now();
      const wasReady = isReady(object);
      let message: string;
      try {
        message = await run(object, client, signal);
      } catch (error) {
        return signal.aborted ? undefined : failed(object, error as Error);
      }
      backoff.reset(object);
      object.succeeded('Succeeded', UP_TO_DATE);
      object.handled();
      await object.patchStatus();
      await object.event(
        'Normal',
        'Succeeded',
        // A recovery is told even where there was nothing to do.
        message === NO_CHANGE && !wasReady ? UP_TO_DATE : message,
      );
      return { requeueAfterMs: parseDuration(spec.interval, 600_000) };
    },
  };
}
