import { parseInventoryId } from '../inventory';
import type { ProjectedCondition, Projection } from '../projection/types';
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
      // With spec.wait everything in the inventory is checked, ImageRepositories too.
      if (ref?.group === 'image.toolkit.fluxcd.io') refs.push(ref);
    }
  }
  if (p.applier && c.reason === 'DependencyNotReady') {
    refs.push(...p.applier.dependsOn);
  }
  return refs.flatMap(ref => index.find(ref) ?? []);
}

/** Another object that fails makes it a failure after all, even if an image is missing too. */
function blamesOther(c: ProjectedCondition): boolean {
  const failed = (c.message ?? '').match(/([A-Z]\w+)\/\S+ status: '/g) ?? [];
  return failed.some(f => !/^Image(Policy|Repository)\//.test(f));
}

export function firstImageWait(
  p: Projection,
  c: ProjectedCondition,
  scope: StatusScope,
): ExplainedStatus | undefined {
  if (
    p.ref.kind === 'ImagePolicy' &&
    !/^DependencyNotReady$/.test(c.reason ?? '')
  ) {
    return undefined;
  }
  if (blamesOther(c)) return undefined;
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
  const first = others.find(
    ({ status }) =>
      status.state === 'waiting' && status.summary === 'for the first image',
  );
  return first
    ? said('waiting', 'for the first image', first.status.message, c)
    : undefined;
}
