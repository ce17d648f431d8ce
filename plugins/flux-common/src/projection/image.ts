import { imageVersion } from '../images';
import { compact, num, rec, str, time, type Raw } from '../raw';
import { reference } from './references';
import type { ImageProjection } from './types';

const IMAGE_GROUP = 'image.toolkit.fluxcd.io';

export function projectImageRepository(object: Raw): ImageProjection {
  const spec = rec(object.spec);
  const status = rec(object.status);
  const scan = rec(status.lastScanResult);
  return compact<ImageProjection>({
    image: str(spec.image),
    tagCount: num(scan.tagCount),
    scannedAt: time(scan.scanTime),
  });
}

function rule(policy: Raw): string | undefined {
  const semver = str(rec(policy.semver).range, 80);
  if (semver) return `semver ${semver}`;
  for (const kind of ['numerical', 'alphabetical']) {
    if (policy[kind] !== undefined) {
      return rec(policy[kind]).order === 'desc' ? `${kind}, lowest` : kind;
    }
  }
  return undefined;
}

export function projectImagePolicy(
  object: Raw,
  namespace: string,
): ImageProjection {
  const spec = rec(object.spec);
  const latest = rec(rec(object.status).latestRef);
  const image = str(latest.name);
  return compact<ImageProjection>({
    repository: reference(spec.imageRepositoryRef, namespace, {
      kind: 'ImageRepository',
      group: IMAGE_GROUP,
    }),
    rule: rule(rec(spec.policy)),
    pattern: str(rec(spec.filterTags).pattern, 200),
    latest: image
      ? imageVersion(image, str(latest.tag), str(latest.digest))
      : undefined,
  });
}

export function projectAutomation(
  object: Raw,
  namespace: string,
): ImageProjection {
  const spec = rec(object.spec);
  const status = rec(object.status);
  const git = rec(spec.git);
  const observed = Object.entries(rec(status.observedPolicies)).slice(0, 200);
  return compact<ImageProjection>({
    source: reference(spec.sourceRef, namespace),
    checkoutBranch: str(rec(rec(git.checkout).ref).branch),
    pushBranch: str(rec(git.push).branch),
    pushedCommit: str(status.lastPushCommit, 64),
    pushedAt: time(status.lastPushTime),
    ranAt: time(status.lastAutomationRunTime),
    observedPolicies: Object.fromEntries(
      observed.map(([name, ref]) => [name, str(rec(ref).tag) ?? '']),
    ),
  });
}
