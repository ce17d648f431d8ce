import {
  createProjectionIndex,
  entityClosure,
  EntitySelection,
  kindInfo,
  parseInventoryId,
  Projection,
  selectRoots,
  selectsCluster,
  unknownClusters,
} from '@backstage-flux/plugin-flux-common';
import { mergeMissing } from '../store/mergeMissing';
import { ClusterSnapshot, ResourceStore } from '../store/ResourceStore';

// Nothing tells since when an annotation is wrong
const STARTED = new Date().toISOString();

/** Snapshots of the clusters where an entity may have objects, with what its namespaces hold. */
export async function readClusters(
  store: ResourceStore,
  selection: EntitySelection,
): Promise<ClusterSnapshot[]> {
  const clusters = await store.listClusters();
  const read = await Promise.all(
    clusters
      .filter(cluster => selectsCluster(selection, cluster.name))
      .map(async cluster =>
        withNamespaces(store, selection, await store.snapshot(cluster)),
      ),
  );
  const unknown = unknownClusters(
    selection,
    clusters.map(cluster => cluster.name),
  );
  return [
    ...read,
    ...unknown.map(({ cluster, message }) => ({
      cluster: { name: cluster },
      connection: { state: 'down' as const, since: STARTED, reason: message },
      objects: [],
    })),
  ];
}

async function withNamespaces(
  store: ResourceStore,
  selection: EntitySelection,
  snapshot: ClusterSnapshot,
): Promise<ClusterSnapshot> {
  const namespaces = namespacesOf(selection, snapshot);
  if (!namespaces.length) {
    return snapshot;
  }
  const found = await store.namespaces(snapshot.cluster, namespaces);
  const { connection } = snapshot;
  const missing = mergeMissing(connection.missing ?? [], found.missing);
  return {
    ...snapshot,
    connection: missing.length ? { ...connection, missing } : connection,
    objects: [...snapshot.objects, ...found.objects],
  };
}

function namespacesOf(
  selection: EntitySelection,
  snapshot: ClusterSnapshot,
): string[] {
  const index = createProjectionIndex(snapshot.objects);
  const { members, roots } = entityClosure(
    index,
    selectRoots(index, selection),
  );
  const namespaces = new Set([
    ...members
      .filter(member => member.workload || member.canary)
      .map(member => member.ref.namespace),
    ...roots.flatMap(networkNamespaces),
  ]);
  return [...namespaces].sort();
}

/** Services and Ingresses may be all that an object applies to a namespace; its inventory tells. */
function networkNamespaces({ applier }: Projection): string[] {
  return (applier?.inventory ?? [])
    .flatMap(id => parseInventoryId(id) ?? [])
    .filter(ref => kindInfo(ref.group, ref.kind)?.category === 'network')
    .map(ref => ref.namespace);
}
