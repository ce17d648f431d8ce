import type { ResourceRow, ResourceStatus, ResourceView } from './api';
import type { CommitUrlOptions } from './commitUrl';
import type { Projection } from './projection/types';
import type { ProjectionIndex } from './projectionIndex';
import { compact } from './raw';
import { lastReconciled, resourceView, version } from './resourceView';
import { createStatusReader } from './status/status';
import type { StatusContext } from './status/types';

/**
 * As `resourceStatus`, for many objects of one cluster: what several of them wait for is looked at once.
 * Remembers what it was asked, so it is of the moment in which it was made.
 *
 * @public
 */
export function createStatuses(
  context: StatusContext,
): (projection: Projection) => ResourceStatus {
  const read = createStatusReader(context);
  return projection => {
    const { explanation: _, ...status } = read(projection);
    return status;
  };
}

/**
 * One object as lists over all clusters show it.
 *
 * @public
 */
export function resourceRow(
  projection: Projection,
  status: ResourceStatus,
  scope: CommitUrlOptions & { index: ProjectionIndex },
): ResourceRow {
  const { rawMessage: _, ...words } = status;
  return compact<ResourceRow>({
    id: projection.id,
    ref: projection.ref,
    status: words,
    suspended: projection.suspended,
    version: version(projection, scope),
    versionText: projection.image?.image,
    lastReconciledAt: lastReconciled(projection),
  });
}

/**
 * One object by itself: as a view of an entity shows it, without what only the others of the view tell
 * (its parent, that its image isn't the one that is wanted).
 *
 * @public
 */
export function singleResourceView(
  projection: Projection,
  scope: CommitUrlOptions & { index: ProjectionIndex; now: string },
): ResourceView {
  return resourceView(projection, {
    ...scope,
    closure: {
      members: [projection],
      roots: [projection],
      ancestors: [],
      has: () => false,
    },
    versions: {},
    appliers: new Map(),
    read: createStatusReader(scope),
  });
}
