import type {
  Cause,
  ClusterConnection,
  ClusterView,
  ResourceStatus,
  ResourceView,
} from './api';
import { findCause } from './cause';
import { entityChain } from './chain';
import { entityClosure } from './closure';
import type { CommitUrlOptions } from './commitUrl';
import { inDisplayOrder } from './displayOrder';
import { pendingUpdate } from './pending';
import type { Projection } from './projection/types';
import {
  createProjectionIndex,
  isProjectionIndex,
  type ProjectionIndex,
} from './projectionIndex';
import { compact } from './raw';
import { appliersOf, resourceView } from './resourceView';
import { selectRoots, selectsCluster, type EntitySelection } from './selection';
import { worstStatus } from './stateOrder';
import { createStatusReader } from './status/status';
import { entityVersions, type EntityVersions } from './versions';

/**
 * What a cluster's view is made from.
 *
 * @public
 */
export interface ClusterViewInput extends CommitUrlOptions {
  cluster: string;
  title?: string;
  connection: ClusterConnection;
  /** Of this cluster only; an index saves building one. */
  projections: Iterable<Projection> | ProjectionIndex;
  selection: EntitySelection;
  /** ISO 8601; the present, for words about time. */
  now: string;
}

function overall(
  resources: ResourceView[],
  cause: Cause | undefined,
  versions: EntityVersions,
): ResourceStatus {
  // Pods come and go during every rollout; their workload speaks for them.
  const counted = resources.filter(
    r => !/^(Pod|ReplicaSet)$/.test(r.ref.kind) || r.status.state === 'failing',
  );
  const worst = worstStatus(
    counted
      .filter(r => r.ref.kind !== 'Canary' || r.status.state !== 'waiting')
      .map(r => r.status),
  ) ?? { state: 'upToDate', summary: '', message: '' };
  const { reason: _, rawMessage: __, ...status } = worst;
  if (worst.state === 'upToDate') {
    return compact({
      ...status,
      summary: '',
      message: versions.running ? `${versions.running.label} runs.` : '',
    });
  }
  if (worst.state === 'updatePending' && versions.latest && versions.running) {
    return compact({
      ...status,
      summary: `${versions.running.label} → ${versions.latest.label}`,
    });
  }
  if (cause && cause.state === worst.state) {
    return compact({
      ...status,
      message: `${cause.title}.`.replace(/([.!?”])\.$/, '$1'),
      since: cause.since ?? worst.since,
    });
  }
  return compact(status);
}

function appliedAt(
  index: ProjectionIndex,
  { workload }: EntityVersions,
): string | undefined {
  const applier = workload?.appliedBy && index.find(workload.appliedBy);
  const ready = applier?.conditions.find(
    c => c.type === 'Ready' && c.status === 'True',
  );
  const rolledOut = workload?.conditions.find(
    c => c.type === 'Progressing' && c.reason === 'NewReplicaSetAvailable',
  );
  return (
    // While the status stays True, only its reason changes: lastTransitionTime is the first rollout's
    rolledOut?.lastUpdateTime ??
    rolledOut?.lastTransitionTime ??
    ready?.lastTransitionTime ??
    workload?.createdAt
  );
}

function unheard(
  { connection, cluster, title }: ClusterViewInput,
  last?: ResourceStatus,
): ResourceStatus {
  const name = title ?? cluster;
  const known: Record<string, string> = {
    failing: 'failing',
    stalled: 'stalled',
    suspended: 'suspended',
    upToDate: 'up to date',
  };
  const then =
    last && known[last.state] ? ` It was ${known[last.state]} then.` : '';
  const why = connection.reason ? `: ${connection.reason}` : '';
  return connection.state === 'syncing'
    ? {
        state: 'unknown',
        summary: 'being read for the first time',
        message: `${name} is being read for the first time.`,
        since: connection.since,
      }
    : {
        state: 'stale',
        summary: 'connection lost',
        message: `${name} cannot be reached${why.replace(/\.$/, '')}.${then}`,
        since: connection.since,
      };
}

/** The entity's objects may exist, but their kind could not be read. A kind that is not installed has none. */
function unreadable({
  selection,
  connection,
  cluster,
  title,
}: ClusterViewInput): ResourceStatus | undefined {
  const hidden = connection.missing?.find(
    ({ kind, reason }) =>
      selection.refs.some(ref => ref.kind === kind) &&
      reason !== 'notInstalled',
  );
  return (
    hidden && {
      state: 'unknown',
      summary: `${hidden.kind} cannot be read`,
      message: `Objects of kind ${hidden.kind} in ${
        title ?? cluster
      } cannot be read: ${(hidden.message ?? hidden.reason).replace(
        /\.$/,
        '',
      )}.`,
    }
  );
}

/**
 * What one cluster has of an entity. Undefined when the cluster is heard and has nothing of it, or the
 * entity does not name the cluster. A cluster that cannot be heard shows what was last seen, as stale.
 *
 * @public
 */
export function buildClusterView(
  input: ClusterViewInput,
): ClusterView | undefined {
  const { cluster, title, connection, selection, webBaseUrls } = input;
  if (!selectsCluster(selection, cluster)) return undefined;
  const index = isProjectionIndex(input.projections)
    ? input.projections
    : createProjectionIndex(input.projections);
  const roots = selectRoots(index, selection);
  const lost = connection.state === 'down' || connection.state === 'stale';
  const base = { name: cluster, title, connection };
  if (roots.length === 0) {
    const hidden = connection.state === 'live' ? unreadable(input) : undefined;
    if (connection.state === 'live' && !hidden) return undefined;
    return compact<ClusterView>({
      ...base,
      status: hidden ?? unheard(input),
      chain: [],
      resources: [],
    });
  }
  const closure = entityClosure(index, roots);
  const versions = selection.isCluster ? {} : entityVersions(index, closure);
  const cause = findCause(index, closure, { webBaseUrls });
  const read = createStatusReader({ index, now: input.now });
  const appliers = appliersOf(index, closure);
  const resources = inDisplayOrder(
    closure.members.map(p =>
      resourceView(p, {
        index,
        closure,
        versions,
        read,
        appliers,
        webBaseUrls,
      }),
    ),
  );
  const status = overall(resources, cause, versions);
  return compact<ClusterView>({
    ...base,
    status: lost ? unheard(input, status) : status,
    cause: lost ? undefined : cause,
    running: versions.running,
    latest: versions.latest,
    pending: lost ? undefined : pendingUpdate(index, closure, versions, cause),
    appliedAt: appliedAt(index, versions),
    chain: selection.isCluster ? [] : entityChain(index, closure, versions),
    resources,
  });
}
