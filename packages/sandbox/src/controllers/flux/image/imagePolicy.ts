import { keyOf } from '../../runtime';
import { Backoff, FluxReconciler } from '../lib/controller';
import type { FluxObject } from '../lib/FluxObject';
import { Index } from '../lib/Index';
import { ImagePolicyError, selectTag } from './policy';
import type { ImageRef } from './setters';
import type { TagDatabase } from './TagDatabase';
import { IMAGE_POLICY, IMAGE_REPOSITORY } from './types';

const RETRY_MS = 2000;

function refText({ name, tag, digest }: ImageRef): string {
  return `${name}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
}

/** image-reflector-controller's ImagePolicy: chooses one of an ImageRepository's tags. */
export function imagePolicyReconciler(database: TagDatabase): FluxReconciler {
  const backoff = new Backoff();
  const byRepository = new Index();

  async function notReady(object: FluxObject, message: string) {
    object.failed('DependencyNotReady', message);
    object.handled();
    await object.event('Warning', 'DependencyNotReady', message);
    await object.patchStatus();
  }

  async function failed(object: FluxObject, error: ImagePolicyError) {
    if (error.reason === 'InvalidPolicy') {
      object.stalled('InvalidPolicy', error.message);
    } else {
      // The last choice stays, and so does what it deployed.
      object.failed(error.reason, error.message);
      object.handled();
    }
    await object.event('Warning', error.reason, error.message);
    await object.patchStatus();
    return error.reason === 'InvalidPolicy' ? undefined : backoff.next(object);
  }

  return {
    type: IMAGE_POLICY,
    component: 'image-reflector-controller',
    concurrency: 8,
    watches: [
      {
        type: IMAGE_REPOSITORY,
        map: (repository, previous) =>
          repository.status?.lastScanResult?.revision ===
          previous?.status?.lastScanResult?.revision
            ? []
            : byRepository.get(keyOf(repository)),
      },
    ],
    reconcile: async (object, { client }) => {
      const { spec, status } = object;
      const reference = spec.imageRepositoryRef;
      const namespace = reference.namespace || object.namespace;
      byRepository.set(object.key, [
        { ...IMAGE_REPOSITORY, namespace, name: reference.name },
      ]);
      const reflection = spec.digestReflectionPolicy ?? 'Never';
      if (reflection !== 'Never') {
        object.stalled(
          'NotSupported',
          `The sandbox does not support digestReflectionPolicy ${reflection} of an ImagePolicy`,
        );
        await object.patchStatus();
        return undefined;
      }
      if (object.status.observedGeneration !== object.generation) {
        object.progressing();
        await object.patchStatus();
      }
      if (namespace !== object.namespace) {
        await notReady(
          object,
          `The sandbox does not look at ImageRepositories of other namespaces: ${namespace}/${reference.name}`,
        );
        return undefined;
      }

      const repository = await client.get({
        ...IMAGE_REPOSITORY,
        namespace,
        name: reference.name,
      });
      if (!repository) {
        await notReady(
          object,
          `failed to get the referred ImageRepository: referenced ImageRepository does not exist: imagerepositories.image.toolkit.fluxcd.io "${reference.name}" not found`,
        );
        return backoff.next(object);
      }
      const scanned = database.get(`${namespace}/${reference.name}`);
      if (!scanned || scanned.tags.length === 0) {
        await notReady(
          object,
          `retrying in ${RETRY_MS / 1000}s error: no tags in database`,
        );
        return { requeueAfterMs: RETRY_MS };
      }
      let tag: string;
      try {
        tag = selectTag(scanned.tags, spec);
      } catch (error) {
        if (!(error instanceof ImagePolicyError)) {
          throw error;
        }
        return await failed(object, error);
      }
      backoff.reset(object);
      const latest: ImageRef = { name: repository.spec.image, tag };
      const before: ImageRef | undefined = status.latestRef;
      const moved = before !== undefined && refText(before) !== refText(latest);
      if (moved) {
        status.observedPreviousRef = before;
      }
      const previous: ImageRef | undefined = status.observedPreviousRef;
      const message = `Latest image tag for ${latest.name} resolved to ${tag}${
        previous ? ` (previously ${refText(previous)})` : ''
      }`;
      status.latestRef = latest;
      object.succeeded('Succeeded', message);
      object.handled();
      await object.patchStatus();
      await object.event('Normal', 'Succeeded', message);
      return undefined;
    },
  };
}
