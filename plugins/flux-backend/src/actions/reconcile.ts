import { ConflictError, InputError } from '@backstage/errors';
import {
  describeRef,
  FluxEntityView,
  kindInfo,
  ReconcileRequest,
  ResourceRef,
  ResourceView,
} from '@backstage-flux/plugin-flux-common';
import { RenderedView } from '../entity/RenderedView';
import { reconcilePatch } from './patches';
import { isSuspended, PlannedChange, planEach, resourcesOf } from './plan';

/**
 * Plans a reconciliation. Sources go first, then image scans, then what writes and applies, so that
 * the later ones find what the earlier ones brought in. Nothing waits in between: a controller that is
 * poked too early looks again by itself when its source has a new revision.
 */
export function planReconcile(
  known: RenderedView,
  request: ReconcileRequest,
  by: string,
): PlannedChange[] {
  const { view } = known;
  const refs = request.resources ?? defaultTargets(known, request);
  if (!refs.length) {
    throw new ConflictError(
      `There is nothing of ${view.entityRef} to reconcile now: nothing belongs to it yet, its clusters can’t be reached, or all of it is suspended`,
    );
  }
  const wanted = request.withSource
    ? [...sourcesOf(view, refs), ...refs]
    : refs;
  return planEach(view, inOrder(wanted), resource => {
    if (isSuspended(resource)) {
      return `${describeRef(
        resource.ref,
      )} is suspended; resume it to have it reconciled`;
    }
    if (!resource.actions.reconcile) {
      return `A ${resource.ref.kind} can’t be reconciled`;
    }
    return reconcilePatch(by);
  });
}

/**
 * What the button does when nobody picked an object: whoever presses it wants to know whether there is
 * anything new, in Git or in the registry, and wants to have it now. So it is what the entity names and
 * what scans and commits images for it, and with `withSource` what fetches. Dependencies are the
 * business of others. What is suspended was suspended by somebody for a reason and is left alone.
 */
function defaultTargets(
  { view, roots }: RenderedView,
  request: ReconcileRequest,
): ResourceRef[] {
  const names = view.clusters.map(({ name }) => name);
  if (request.cluster && !names.includes(request.cluster)) {
    throw new InputError(
      `There is nothing of ${view.entityRef} in a cluster '${
        request.cluster
      }'; expected one of ${names.join(', ')}`,
    );
  }
  return view.clusters
    .filter(({ name }) => !request.cluster || name === request.cluster)
    .flatMap(({ resources }) => {
      const able = resources.filter(
        resource => resource.actions.reconcile && !isSuspended(resource),
      );
      const named = able.filter(resource => roots.has(resource.id));
      // An entity may name workloads only, which Flux reconciles through what applies them
      const main = named.length
        ? named
        : able.filter(resource => categoryOf(resource.ref) === 'applier');
      const images = able.filter(
        resource => categoryOf(resource.ref) === 'image',
      );
      return [...main, ...images].map(resource => resource.ref);
    });
}

/** The sources of some objects and the sources of these, e.g. a chart’s repository; suspended ones excepted. */
function sourcesOf(view: FluxEntityView, refs: ResourceRef[]): ResourceRef[] {
  const resources = resourcesOf(view);
  const found = new Map<string, ResourceRef>();
  const visit = (resource: ResourceView | undefined) => {
    for (const id of resource?.dependsOn ?? []) {
      const source = resources.get(id);
      if (
        source &&
        !found.has(id) &&
        categoryOf(source.ref) === 'source' &&
        source.actions.reconcile &&
        !isSuspended(source)
      ) {
        found.set(id, source.ref);
        visit(source);
      }
    }
  };
  const ids = new Set(refs.map(ref => JSON.stringify(ref)));
  for (const resource of resources.values()) {
    if (ids.has(JSON.stringify(resource.ref))) {
      visit(resource);
    }
  }
  return [...found.values()];
}

const STEPS = ['source', 'image', 'applier'];

function inOrder(refs: ResourceRef[]): ResourceRef[] {
  const step = (ref: ResourceRef) => {
    const index = STEPS.indexOf(categoryOf(ref) ?? '');
    // A HelmChart is made from its repository
    return index < 0
      ? STEPS.length
      : index + (ref.kind === 'HelmChart' ? 0.5 : 0);
  };
  return [...refs].sort((a, b) => step(a) - step(b));
}

function categoryOf(ref: ResourceRef) {
  return kindInfo(ref.group, ref.kind)?.category;
}
