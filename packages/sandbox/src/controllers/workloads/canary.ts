import type { KubernetesObject, ObjectKey } from '../client';
import type { Controller, ReconcileContext, ReconcileResult } from '../runtime';
import { canaryStatus, intervalMs, type CanaryPhase } from './canaryStatus';
import { EventRecorder } from './EventRecorder';
import { DEPLOYMENT, ownerReference, specChanged, writeStatus } from './owners';
import { templateHash } from './podTemplate';

const MANAGER = 'flagger';
// The labels that Flagger takes for the one that tells primary and canary pods apart.
const SELECTOR_LABELS = ['app', 'name', 'app.kubernetes.io/name'];

function isRolledOut(deployment: KubernetesObject): boolean {
  const { spec, status, metadata } = deployment;
  const wanted = spec.replicas ?? 1;
  return (
    status?.observedGeneration === metadata.generation &&
    (status?.replicas ?? 0) === wanted &&
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted
  );
}

const deadlineExceeded = (deployment: KubernetesObject) =>
  !!deployment.status?.conditions?.some(
    (condition: any) => condition.reason === 'ProgressDeadlineExceeded',
  );

function primaryTemplate(
  target: KubernetesObject,
  label: string,
  name: string,
) {
  const template = structuredClone(target.spec.template);
  template.metadata.labels = { ...template.metadata.labels, [label]: name };
  return template;
}

interface Step extends ReconcileContext {
  canary: KubernetesObject;
  target: KubernetesObject;
  primary: KubernetesObject | undefined;
  primaryKey: ObjectKey;
}

/**
 * What Flagger does for a Canary of a Deployment, one step an interval: a primary of its own, the
 * target scaled down, and for each new revision weight by weight to the promotion. It measures
 * nothing and routes nothing, and the condition says so.
 */
export function canaryController(): Controller {
  const events = new EventRecorder(MANAGER);
  const nextTick = new Map<string, number>();

  const say = (step: Step, message: string) =>
    events.record(step, step.canary, 'Normal', 'Synced', message);
  const set = (
    step: Step,
    phase: CanaryPhase,
    change?: Parameters<typeof canaryStatus>[2],
  ) =>
    writeStatus(
      step.client,
      step.canary,
      canaryStatus(step.canary, phase, change),
      MANAGER,
    );
  const scaleTarget = async (step: Step, replicas: number) => {
    const { namespace, name } = step.target.metadata;
    if (step.target.spec.replicas !== replicas) {
      await step.client.patch(
        { ...DEPLOYMENT, namespace, name },
        { spec: { replicas } },
        { fieldManager: MANAGER },
      );
    }
  };
  const nameOf = ({ metadata }: KubernetesObject) =>
    `${metadata.name}.${metadata.namespace}`;

  async function initialize(step: Step, label: string) {
    const { canary, target, primary, primaryKey, client } = step;
    if (!primary) {
      await set(step, 'Initializing', {});
      const template = primaryTemplate(target, label, primaryKey.name);
      await client.create({
        ...DEPLOYMENT,
        metadata: {
          name: primaryKey.name,
          namespace: primaryKey.namespace,
          labels: { [label]: primaryKey.name },
          ownerReferences: [ownerReference(canary)],
        },
        spec: {
          ...target.spec,
          replicas: target.spec.replicas || 1,
          selector: { matchLabels: { [label]: primaryKey.name } },
          template,
        },
      });
      return;
    }
    if (!isRolledOut(primary)) {
      await set(step, 'Initializing', {});
      return;
    }
    await scaleTarget(step, 0);
    const hash = templateHash(target.spec.template);
    await set(step, 'Initialized', {
      canaryWeight: 0,
      iterations: 0,
      lastAppliedSpec: hash,
      lastPromotedSpec: hash,
    });
    await say(step, `Initialization done! ${nameOf(canary)}`);
  }

  async function begin(step: Step) {
    const { target, primary } = step;
    await say(step, `New revision detected! Scaling up ${nameOf(target)}`);
    await scaleTarget(step, primary?.spec.replicas || 1);
    await set(step, 'Progressing', {
      canaryWeight: 0,
      iterations: 0,
      lastAppliedSpec: templateHash(target.spec.template),
    });
  }

  async function advance(step: Step) {
    const { canary, target } = step;
    if (deadlineExceeded(target)) {
      await say(
        step,
        `Rolling back ${nameOf(canary)} progress deadline exceeded`,
      );
      await scaleTarget(step, 0);
      await set(step, 'Failed', { canaryWeight: 0, iterations: 0 });
      return;
    }
    if (!isRolledOut(target)) {
      return;
    }
    const analysis = canary.spec.analysis ?? {};
    const { canaryWeight = 0, iterations = 0 } = canary.status;
    if (analysis.iterations && iterations < analysis.iterations) {
      await say(
        step,
        `Advance ${nameOf(canary)} canary iteration ${iterations + 1}/${
          analysis.iterations
        }`,
      );
      await set(step, 'Progressing', { iterations: iterations + 1 });
      return;
    }
    const weights: number[] =
      analysis.stepWeights ??
      weightsOf(analysis.stepWeight, analysis.maxWeight);
    const next = weights.find(weight => weight > canaryWeight);
    if (!analysis.iterations && !canary.spec.skipAnalysis && next) {
      if (!canaryWeight) {
        await say(step, `Starting canary analysis for ${nameOf(target)}`);
      }
      await say(step, `Advance ${nameOf(canary)} canary weight ${next}`);
      await set(step, 'Progressing', { canaryWeight: next });
      return;
    }
    await say(
      step,
      `Copying ${nameOf(target)} template spec to ${step.primaryKey.name}.${
        step.primaryKey.namespace
      }`,
    );
    await set(step, 'Promoting', { canaryWeight, iterations });
  }

  async function promote(step: Step, label: string) {
    const { target, primary, primaryKey, client } = step;
    const template = primaryTemplate(target, label, primaryKey.name);
    const copied =
      primary && templateHash(primary.spec.template) === templateHash(template);
    if (!copied) {
      await client.patch(
        primaryKey,
        { spec: { template } },
        { fieldManager: MANAGER },
      );
    } else if (isRolledOut(primary)) {
      await say(step, 'Routing all traffic to primary');
      await set(step, 'Finalising', { canaryWeight: 0 });
    }
  }

  async function finalise(step: Step) {
    const { canary, target } = step;
    await say(step, `Promotion completed! Scaling down ${nameOf(target)}`);
    await scaleTarget(step, 0);
    await set(step, 'Succeeded', {
      canaryWeight: 0,
      iterations: 0,
      lastPromotedSpec: canary.status.lastAppliedSpec,
    });
  }

  async function tick(step: Step) {
    const { canary, target, primary } = step;
    const labels = target.spec.selector.matchLabels ?? {};
    const label = SELECTOR_LABELS.find(name => name in labels) ?? 'app';
    const phase: CanaryPhase | undefined = canary.status?.phase;
    if (!primary || !phase || phase === 'Initializing') {
      await initialize(step, label);
      return;
    }
    const changed =
      templateHash(target.spec.template) !== canary.status.lastAppliedSpec;
    if (changed && phase !== 'Promoting' && phase !== 'Finalising') {
      await begin(step);
    } else if (phase === 'Progressing') {
      await advance(step);
    } else if (phase === 'Promoting') {
      await promote(step, label);
    } else if (phase === 'Finalising') {
      await finalise(step);
    }
  }

  return {
    name: 'canary',
    type: { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' },
    isDue: specChanged,
    async reconcile(key, context): Promise<ReconcileResult | void> {
      const { client } = context;
      const canary = await client.get(key);
      const id = `${key.namespace}/${key.name}`;
      if (!canary || canary.metadata.deletionTimestamp) {
        nextTick.delete(id);
        return undefined;
      }
      if (canary.spec.suspend) {
        return undefined;
      }
      const interval = intervalMs(canary.spec.analysis?.interval);
      const remaining = (nextTick.get(id) ?? 0) - Date.now();
      if (remaining > 0) {
        return { requeueAfterMs: remaining };
      }
      nextTick.set(id, Date.now() + interval);

      const { kind = 'Deployment', name } = canary.spec.targetRef ?? {};
      const targetKey = { ...DEPLOYMENT, namespace: key.namespace, name };
      const target =
        kind === 'Deployment' && name ? await client.get(targetKey) : undefined;
      if (!target) {
        await events.record(
          context,
          canary,
          'Warning',
          'Synced',
          kind === 'Deployment'
            ? `deployment ${name}.${key.namespace} get query error: deployments.apps "${name}" not found`
            : `The sandbox runs canaries of Deployments only, not of a ${kind}`,
        );
      } else {
        const primaryKey = { ...targetKey, name: `${name}-primary` };
        const primary = await client.get(primaryKey);
        await tick({ ...context, canary, target, primary, primaryKey });
      }
      return { requeueAfterMs: interval };
    },
  };
}

/** 10, 20, ... up to and with the maximum. */
function weightsOf(stepWeight = 10, maxWeight = 100): number[] {
  const weights: number[] = [];
  for (let weight = stepWeight; weight < maxWeight; weight += stepWeight) {
    weights.push(weight);
  }
  return [...weights, maxWeight];
}
