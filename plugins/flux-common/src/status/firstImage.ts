import { parseInventoryId } from '../inventory';
import type { ProjectedCondition, Projection } from '../projection/types';
import type { ResourceStatus } from '../api';
import { FIRST_IMAGE } from '../words/images';
import { said } from './make';
import type { ExplainedStatus, StatusScope } from './types';

/**
 * An image object that waits for its first image, among what an object needs: its policy's repository,
 * a Kustomization's health checks, its dependencies. Flux itself reports these waits as failures.
 */
function needed(p: Projection, c: ProjectedCondition, scope: StatusScope) {
  const { index } = scope;
  if (!index) return [];
  const refs = [];
  if (p.ref.kind === 'ImagePolicy' && p.image?.repository) {
    refs.push(p.image.repository);
  }
  if (p.applier && /^(Progressing|HealthCheck)/.test(c.reason ?? '')) {
    refs.push(...p.applier.healthChecks);
    for (const id of p.applier.inventory) {
      const ref = parseInventoryId(id);
      // With spec.wait everything in the inventory is checked, ImageRepositories and workloads too.
      if (/^(image\.toolkit\.fluxcd\.io|apps)$/.test(ref?.group ?? '')) {
        refs.push(ref!);
      }
    }
  }
  if (p.applier && c.reason === 'DependencyNotReady') {
    refs.push(...p.applier.dependsOn);
  }
  return refs.flatMap(ref => index.find(ref) ?? []);
}

/** An object that waits for its first image, whatever Flux calls it. */
export function isFirstImageWait(status: ResourceStatus): boolean {
  return status.state === 'waiting' && status.summary === FIRST_IMAGE;
}

/** Another object that fails makes it a failure after all, even if an image is missing too. */
function blamesOther(c: ProjectedCondition, waiting: Projection[]): boolean {
  const failed = (c.message ?? '').matchAll(/([A-Z]\w+)\/(\S+) status: '/g);
  return [...failed].some(
    ([, kind, name]) =>
      !/^Image(Policy|Repository)$/.test(kind) &&
      !waiting.some(
        ({ ref }) =>
          ref.kind === kind && `${ref.namespace}/${ref.name}` === name,
      ),
  );
}

/**
 * Whether the manifests have no image yet although there is one: Flux has found it, and its commit is not in
 * Git or not fetched. The application template leaves the image empty, which the API server refuses; a tag
 * that does not exist would be applied and waited for until the Kustomization's time-out.
 */
function imageNotWritten(
  p: Projection,
  c: ProjectedCondition,
  { index }: StatusScope,
): boolean {
  return (
    /\.image: Required value/.test(c.message ?? '') &&
    (p.applier?.dependsOn ?? []).some(ref =>
      index
        ?.find(ref)
        ?.applier?.healthChecks.some(({ kind }) => kind === 'ImagePolicy'),
    )
  );
}

export function firstImageWait(
  p: Projection,
  c: ProjectedCondition,
  scope: StatusScope,
): ExplainedStatus | undefined {
  if (imageNotWritten(p, c, scope)) {
    return said(
      'waiting',
      FIRST_IMAGE,
      'The first image is published, and not in Git yet: Flux commits it, or opens a branch that somebody has to merge.',
      c,
    );
  }
  if (
    p.ref.kind === 'ImagePolicy' &&
    !/^DependencyNotReady$/.test(c.reason ?? '')
  ) {
    return undefined;
  }
  const others = needed(p, c, scope).flatMap(o => {
    const status = scope.ask(o);
    return status ? [{ o, status }] : [];
  });
  const failing = others.find(
    ({ status }) => status.state === 'failing' || status.state === 'stalled',
  );
  if (failing) {
    if (p.ref.kind !== 'ImagePolicy') return undefined;
    const name = `${failing.o.ref.kind} ${failing.o.ref.name}`;
    return said('waiting', `for ${name}`, `It waits for ${name}.`, c);
  }
  const first = others.filter(({ status }) => isFirstImageWait(status));
  const waiting = first.map(({ o }) => o);
  return first.length > 0 && !blamesOther(c, waiting)
    ? said('waiting', FIRST_IMAGE, first[0].status.message, c)
    : undefined;
}
