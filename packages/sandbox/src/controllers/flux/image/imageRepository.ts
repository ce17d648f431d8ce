import { sameJson } from '../lib/sameJson';
import type { ReconcileContext } from '../../runtime';
import { Backoff, FluxReconciler } from '../lib/controller';
import { formatDuration, parseDuration } from '../lib/duration';
import type { FluxObject } from '../lib/FluxObject';
import { registryAuthorization } from './registryAuth';
import { compileGoRegex } from './policy';
import { canonicalName, checksumOf, listTags, sortTags } from './scan';
import type { TagDatabase } from './TagDatabase';
import { IMAGE_REPOSITORY } from './types';

const DEFAULT_EXCLUSIONS = ['^.*\\.sig$'];
const SHOWN_TAGS = 10;
const EMPTY_DATABASE = 'no tags in database';

/** Why a scan is due; otherwise how long until the next. */
function scanReason(
  object: FluxObject,
  database: TagDatabase,
  intervalMs: number,
): { reason: string } | { inMs: number } {
  const { spec, status } = object;
  const last = status.lastScanResult;
  if (!last) {
    return { reason: 'first scan' };
  }
  if (object.isRequested) {
    return { reason: 'reconcile requested' };
  }
  if (status.canonicalImageName !== canonicalName(spec.image)) {
    return { reason: 'new image name' };
  }
  if (
    !sameJson(
      status.observedExclusionList,
      spec.exclusionList ?? DEFAULT_EXCLUSIONS,
    )
  ) {
    return { reason: 'updated exclusion list' };
  }
  if (!database.has(`${object.namespace}/${object.name}`)) {
    return { reason: EMPTY_DATABASE };
  }
  const inMs = Date.parse(last.scanTime) + intervalMs - Date.now();
  // Less than a second is not worth waiting for.
  return inMs < 1000 ? { reason: 'triggered by interval' } : { inMs };
}

function unsupportedField(spec: any): string | undefined {
  return [
    spec.certSecretRef ? 'spec.certSecretRef' : undefined,
    spec.proxySecretRef ? 'spec.proxySecretRef' : undefined,
    spec.provider && spec.provider !== 'generic' ? 'spec.provider' : undefined,
  ].find(Boolean);
}

function excluder(patterns: string[]): (tag: string) => boolean {
  const compiled = patterns.map(compileGoRegex);
  return tag => compiled.some(regex => regex.matcher(tag).find());
}

/** image-reflector-controller's ImageRepository: keeps the list of an image's tags. */
export function imageRepositoryReconciler(
  database: TagDatabase,
): FluxReconciler {
  const backoff = new Backoff();

  async function scan(
    object: FluxObject,
    { client, signal }: ReconcileContext,
  ) {
    const { spec, status } = object;
    const exclusions: string[] = spec.exclusionList ?? DEFAULT_EXCLUSIONS;
    const isExcluded = excluder(exclusions);
    const found = await listTags(spec.image, {
      insecure: spec.insecure === true,
      timeoutMs: parseDuration(spec.timeout, 60_000),
      signal,
      authorization: spec.secretRef
        ? await registryAuthorization(
            spec.image,
            { namespace: object.namespace, name: spec.secretRef.name },
            client,
          )
        : undefined,
    });
    const tags = sortTags(found.filter(tag => !isExcluded(tag)));
    database.set(`${object.namespace}/${object.name}`, {
      tags,
    });
    status.lastScanResult = {
      latestTags: tags.slice(0, SHOWN_TAGS),
      revision: checksumOf(tags),
      scanTime: object.now(),
      tagCount: tags.length,
    };
    status.canonicalImageName = canonicalName(spec.image);
    status.observedExclusionList = exclusions;
  }

  return {
    type: IMAGE_REPOSITORY,
    component: 'image-reflector-controller',
    concurrency: 8,
    finalize: async object => {
      database.delete(`${object.namespace}/${object.name}`);
    },
    reconcile: async (object, context) => {
      const { spec, status } = object;
      const unsupported = unsupportedField(spec);
      if (unsupported) {
        object.stalled(
          'NotSupported',
          `The sandbox does not support ${unsupported} of an ImageRepository`,
        );
        await object.patchStatus();
        return undefined;
      }
      const intervalMs = parseDuration(spec.interval, 60_000);
      if (object.progressing()) {
        await object.patchStatus();
      }
      const due = scanReason(object, database, intervalMs);
      const before = object.condition('Ready');
      if ('reason' in due) {
        const message = `scanning: ${due.reason}`;
        object.set('Reconciling', 'True', 'Progressing', message);
        // Policies that wait for tags are told when a lost database fills again.
        if (
          due.reason === EMPTY_DATABASE ||
          object.condition('Ready')?.status === 'Unknown'
        ) {
          object.set('Ready', 'Unknown', 'Progressing', message);
        }
        await object.patchStatus();
        try {
          await scan(object, context);
        } catch (error) {
          if (context.signal.aborted) {
            return undefined;
          }
          const failure = (error as Error).message;
          object.failed('ReadOperationFailed', failure);
          object.handled();
          await object.event('Warning', 'ReadOperationFailed', failure);
          await object.patchStatus();
          return backoff.next(object);
        }
      }
      backoff.reset(object);
      const { tagCount, revision } = status.lastScanResult;
      const summary = `successful scan: found ${tagCount} tags with checksum ${revision}`;
      object.succeeded('Succeeded', summary);
      object.handled();
      await object.patchStatus();
      const next = 'inMs' in due ? due.inMs : intervalMs;
      const news = before?.status !== 'True' || before.message !== summary;
      const nothing =
        'inMs' in due
          ? 'no change in repository configuration since last scan'
          : 'tags did not change';
      await object.event(
        'Normal',
        'Succeeded',
        news ? summary : `${nothing}, next scan in ${formatDuration(next)}`,
      );
      return { requeueAfterMs: next };
    },
  };
}
