import {
  ActionResponse,
  ClusterConnection,
  describeRef,
  FluxEntityView,
} from '@backstage-flux/plugin-flux-common';
import { apiPath } from '../clusters/ClusterClient';
import { ClusterClients } from '../clusters/ClusterClients';
import { explainPatchError } from './clusterErrors';
import { PlannedChange } from './plan';
import { ResourceStore } from '../store/ResourceStore';

type Result = ActionResponse['results'][number];

/**
 * Carries out planned changes: in their order within a cluster, clusters side by side. What fails is
 * told for its object and holds nothing else up.
 */
export async function runPlan({
  clients,
  store,
  view,
  plan,
}: {
  clients: ClusterClients;
  store: ResourceStore;
  view: FluxEntityView;
  plan: PlannedChange[];
}): Promise<ActionResponse> {
  const connections = new Map(
    view.clusters.map(cluster => [cluster.name, cluster.connection]),
  );
  const results = new Map<PlannedChange, Result>();
  const names = [...new Set(plan.map(change => change.ref.cluster))];
  await Promise.all(
    names.map(async name => {
      for (const change of plan.filter(c => c.ref.cluster === name)) {
        results.set(
          change,
          await run(clients, store, change, connections.get(name)),
        );
      }
    }),
  );
  return { results: plan.map(change => results.get(change)!) };
}

async function run(
  clients: ClusterClients,
  store: ResourceStore,
  change: PlannedChange,
  connection: ClusterConnection | undefined,
): Promise<Result> {
  const { ref } = change;
  if ('error' in change) {
    return { ref, ok: false, error: change.error };
  }
  if (connection?.state === 'down' || connection?.state === 'stale') {
    return {
      ref,
      ok: false,
      error: `${describeRef(ref)} was not changed. Cluster ${
        ref.cluster
      } can’t be reached: ${connection.reason}`,
    };
  }
  try {
    const client = clients.of(ref.cluster);
    const served = await client.served(ref);
    if (!served) {
      return {
        ref,
        ok: false,
        error: `Cluster ${ref.cluster} doesn’t serve the kind ${ref.kind} any more`,
      };
    }
    const path = apiPath(served, ref);
    const changed = await client.mergePatch(
      `${path}?fieldManager=backstage-flux`,
      change.patch,
    );
    store.observe(ref.cluster, changed as object);
    return { ref, ok: true };
  } catch (error) {
    return { ref, ok: false, error: explainPatchError(ref, error) };
  }
}
