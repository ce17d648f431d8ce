import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../client';
import { keyOf, type Controller, type ReconcileContext } from '../runtime';
import { deploymentStatus, setCondition } from './deploymentStatus';
import { EventRecorder } from './EventRecorder';
import {
  DEPLOYMENT,
  listOwned,
  MANAGER,
  ownerReference,
  REPLICA_SET,
  specChanged,
  toController,
  writeStatus,
} from './owners';
import { templateHash, withLabel } from './podTemplate';

const REVISION = 'deployment.kubernetes.io/revision';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAXIMUM = 'deployment.kubernetes.io/max-replicas';
const HASH = 'pod-template-hash';

const replicasOf = (set: KubernetesObject): number => set.spec.replicas ?? 0;
const availableOf = (set: KubernetesObject): number =>
  set.status?.availableReplicas ?? 0;
const revisionOf = (set: KubernetesObject) =>
  Number(set.metadata.annotations?.[REVISION] ?? 0);
const total = (
  sets: KubernetesObject[],
  of: (set: KubernetesObject) => number,
) => sets.reduce((sum, set) => sum + of(set), 0);

/** maxSurge and maxUnavailable as pod counts: surge rounds up, unavailable down, never both zero. */
export function limitsOf(deployment: KubernetesObject) {
  const { replicas, strategy } = deployment.spec;
  const count = (value: unknown, round: (n: number) => number): number =>
    typeof value === 'string' && value.endsWith('%')
      ? round((parseFloat(value) * replicas) / 100)
      : Number(value ?? 0);
  const rolling = strategy?.rollingUpdate ?? {};
  const maxSurge = count(rolling.maxSurge ?? '25%', Math.ceil);
  const maxUnavailable = count(rolling.maxUnavailable ?? '25%', Math.floor);
  return {
    maxSurge,
    maxUnavailable:
      maxSurge === 0 && maxUnavailable === 0
        ? 1
        : Math.min(maxUnavailable, replicas),
  };
}

function sameTemplate(set: KubernetesObject, template: any): boolean {
  const hash = set.metadata.labels?.[HASH];
  return (
    !!hash &&
    isDeepStrictEqual(set.spec.template, withLabel(template, HASH, hash))
  );
}

/** Rolls a Deployment's pods over from ReplicaSet to ReplicaSet. */
export function deploymentController(): Controller {
  const events = new EventRecorder('deployment-controller');

  async function scale(
    context: ReconcileContext,
    deployment: KubernetesObject,
    set: KubernetesObject,
    replicas: number,
  ): Promise<void> {
    const from = replicasOf(set);
    const annotations = {
      [DESIRED]: String(deployment.spec.replicas),
      [MAXIMUM]: String(
        deployment.spec.replicas + limitsOf(deployment).maxSurge,
      ),
    };
    const noted = Object.entries(annotations).every(
      ([name, value]) => set.metadata.annotations?.[name] === value,
    );
    if (from === replicas && noted) {
      return;
    }
    await context.client.patch(
      keyOf({ ...set, ...REPLICA_SET }),
      { metadata: { annotations }, spec: { replicas } },
      { fieldManager: MANAGER },
    );
    set.spec.replicas = replicas;
    if (from !== replicas) {
      await events.record(
        context,
        deployment,
        'Normal',
        'ScalingReplicaSet',
        `Scaled ${from < replicas ? 'up' : 'down'} replica set ${
          set.metadata.name
        } from ${from} to ${replicas}`,
      );
    }
  }

  async function createReplicaSet(
    context: ReconcileContext,
    deployment: KubernetesObject,
    revision: number,
  ): Promise<KubernetesObject> {
    const { spec, metadata } = deployment;
    const hash = templateHash(spec.template);
    const template = withLabel(spec.template, HASH, hash);
    const set = await context.client.create({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${metadata.name}-${hash}`,
        namespace: metadata.namespace,
        labels: template.metadata.labels,
        annotations: { [REVISION]: String(revision) },
        ownerReferences: [ownerReference(deployment)],
      },
      spec: {
        replicas: 0,
        selector: {
          ...spec.selector,
          matchLabels: { ...spec.selector.matchLabels, [HASH]: hash },
        },
        template,
      },
    });
    await writeStatus(context.client, deployment, {
      ...deployment.status,
      conditions: setCondition(
        deployment.status?.conditions ?? [],
        'Progressing',
        'True',
        'NewReplicaSetCreated',
        `Created new replica set "${set.metadata.name}"`,
      ),
    });
    return set;
  }

  async function roll(
    context: ReconcileContext,
    deployment: KubernetesObject,
    current: KubernetesObject,
    old: KubernetesObject[],
  ): Promise<void> {
    const wanted: number = deployment.spec.replicas;
    const all = [current, ...old];
    if (deployment.spec.strategy?.type === 'Recreate') {
      for (const set of old) {
        await scale(context, deployment, set, 0);
      }
      if (!total(old, set => set.status?.replicas ?? 0)) {
        await scale(context, deployment, current, wanted);
      }
      return;
    }
    const { maxSurge, maxUnavailable } = limitsOf(deployment);
    const room = wanted + maxSurge - total(all, replicasOf);
    const target =
      replicasOf(current) > wanted
        ? wanted
        : Math.min(wanted, replicasOf(current) + Math.max(0, room));
    await scale(context, deployment, current, target);

    const minAvailable = wanted - maxUnavailable;
    const starting = Math.max(0, replicasOf(current) - availableOf(current));
    let removable = total(all, replicasOf) - minAvailable - starting;
    // Those that never became available go first: they are in nobody's way but the rollout's.
    for (const set of old) {
      const broken = Math.max(0, replicasOf(set) - availableOf(set));
      const cut = Math.min(broken, Math.max(0, removable));
      if (cut) {
        await scale(context, deployment, set, replicasOf(set) - cut);
        removable -= cut;
      }
    }
    removable = Math.min(removable, total(all, availableOf) - minAvailable);
    for (const set of old) {
      const cut = Math.min(replicasOf(set), Math.max(0, removable));
      if (cut) {
        await scale(context, deployment, set, replicasOf(set) - cut);
        removable -= cut;
      }
    }
  }

  async function forgetOld(
    context: ReconcileContext,
    deployment: KubernetesObject,
    old: KubernetesObject[],
  ): Promise<void> {
    const limit = deployment.spec.revisionHistoryLimit ?? 10;
    const idle = old
      .filter(set => !replicasOf(set) && !set.status?.replicas)
      .sort((a, b) => revisionOf(b) - revisionOf(a));
    for (const set of idle.slice(limit)) {
      await context.client.delete(keyOf({ ...set, ...REPLICA_SET }));
    }
  }

  return {
    name: 'deployment',
    type: DEPLOYMENT,
    watches: [{ type: REPLICA_SET, map: toController(DEPLOYMENT) }],
    isDue: specChanged,
    async reconcile(key, context) {
      const { client } = context;
      let deployment = await client.get(key);
      if (!deployment || deployment.metadata.deletionTimestamp) {
        return undefined;
      }
      const sets = await listOwned(client, REPLICA_SET, deployment);
      const template = deployment.spec.template;
      let current = sets.find(set => sameTemplate(set, template));
      const latest = Math.max(0, ...sets.map(revisionOf));
      if (!current && !deployment.spec.paused) {
        current = await createReplicaSet(context, deployment, latest + 1);
        sets.push(current);
      } else if (current && revisionOf(current) < latest) {
        // The template of an earlier revision is a new revision, as in a rollback.
        current = await client.patch(
          keyOf({ ...current, ...REPLICA_SET }),
          { metadata: { annotations: { [REVISION]: String(latest + 1) } } },
          { fieldManager: MANAGER },
        );
      }
      const name = current?.metadata.name;
      const old = sets.filter(set => set.metadata.name !== name);
      if (current) {
        const revision = current.metadata.annotations?.[REVISION];
        if (deployment.metadata.annotations?.[REVISION] !== revision) {
          await client.patch(
            key,
            { metadata: { annotations: { [REVISION]: revision } } },
            { fieldManager: MANAGER },
          );
        }
        if (!deployment.spec.paused) {
          await roll(context, deployment, current, old);
          await forgetOld(context, deployment, old);
        }
      }
      deployment = await client.get(key);
      if (!deployment) {
        return undefined;
      }
      const { status, requeueAfterMs } = deploymentStatus({
        deployment,
        current,
        all: current ? [current, ...old] : old,
        maxUnavailable: limitsOf(deployment).maxUnavailable,
      });
      await writeStatus(client, deployment, status);
      return { requeueAfterMs };
    },
  };
}
