import type { KubernetesObject } from '../client';
import type { Controller, ReconcileContext } from '../runtime';
import { EventRecorder } from './EventRecorder';
import { ImageStore, PullError, type PulledImage } from './ImageStore';
import { controllerOf, POD, timestamp, writeStatus } from './owners';
import {
  containersOf,
  containerStatusesOf,
  podStatus,
  type Container,
  type ContainerStatus,
} from './podStatus';
import { isFinished } from './podTemplate';

export interface KubeletOptions {
  /** How long a container takes to start; 1 to 3 s by default. */
  startDelayMs?: () => number;
  /** The first wait after a failed pull or a crash; it doubles up to `maxBackOffMs`. */
  backOffMs?: number;
  maxBackOffMs?: number;
}

interface PodState {
  uid: string;
  attempts: number;
  /** Work on the pod rests until then. */
  notBefore: number;
}

const kubeletManager = 'kubelet';

/** Milliseconds until the readiness probe of a container that runs since `startedAt` is first asked. */
const readyIn = (container: Container, startedAt: string) =>
  Date.parse(startedAt) +
  (container.readinessProbe?.initialDelaySeconds ?? 0) * 1000 -
  Date.now();

const podId = (pod: KubernetesObject) =>
  `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;

/** Pods of a Job end by themselves; a service's never do. */
const runsToCompletion = (pod: KubernetesObject) =>
  controllerOf(pod)?.kind === 'Job';

/**
 * Does to pods what a kubelet does, without a container: an image that can be pulled runs and is
 * ready. An image with the label `sandbox.crash=true` fails again and again.
 */
export function kubelet(options: KubeletOptions = {}): Controller {
  const images = new ImageStore();
  const events = new EventRecorder(kubeletManager);
  const startDelay =
    options.startDelayMs ?? (() => 1000 + Math.random() * 2000);
  const backOff = options.backOffMs ?? 10_000;
  const maxBackOff = options.maxBackOffMs ?? 300_000;
  const states = new Map<string, PodState>();

  const waitAfter = (state: PodState) =>
    Math.min(maxBackOff, backOff * 2 ** (state.attempts - 1));

  const waiting = (
    container: { name: string; image: string },
    reason: string,
    message?: string,
  ): ContainerStatus => ({
    name: container.name,
    image: container.image,
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting: { reason, ...(message && { message }) } },
    lastState: {},
  });

  const write = (
    context: ReconcileContext,
    pod: KubernetesObject,
    phase: 'Pending' | 'Running' | 'Succeeded',
    containers: ContainerStatus[],
  ) =>
    writeStatus(
      context.client,
      pod,
      podStatus(pod, phase, containers),
      kubeletManager,
    );

  async function backOffPull(
    context: ReconcileContext,
    pod: KubernetesObject,
    statuses: ContainerStatus[],
  ) {
    const backedOff = await Promise.all(
      statuses.map(async status => {
        const failed = status.state.waiting;
        if (failed?.reason !== 'ErrImagePull') {
          return status;
        }
        const text = `Back-off pulling image "${status.image}"`;
        await events.record(context, pod, 'Normal', 'BackOff', text);
        await events.record(
          context,
          pod,
          'Warning',
          'Failed',
          'Error: ImagePullBackOff',
        );
        return waiting(
          status,
          'ImagePullBackOff',
          `${text}: ErrImagePull: ${failed.message}`,
        );
      }),
    );
    await write(context, pod, 'Pending', backedOff);
  }

  async function start(
    context: ReconcileContext,
    pod: KubernetesObject,
    state: PodState,
  ): Promise<{ requeueAfterMs: number } | undefined> {
    const previous = containerStatusesOf(pod);
    const statuses: ContainerStatus[] = [];
    let pullFailed = false;
    for (const container of containersOf(pod)) {
      const { image } = container;
      await events.record(
        context,
        pod,
        'Normal',
        'Pulling',
        `Pulling image "${image}"`,
      );
      let pulled: PulledImage;
      try {
        pulled = await images.pull(image, context.signal);
      } catch (error) {
        if (!(error instanceof PullError)) {
          throw error;
        }
        pullFailed = true;
        await events.record(
          context,
          pod,
          'Warning',
          'Failed',
          `Failed to pull image "${image}": ${error.message}`,
        );
        await events.record(
          context,
          pod,
          'Warning',
          'Failed',
          'Error: ErrImagePull',
        );
        statuses.push(waiting(container, 'ErrImagePull', error.message));
        continue;
      }
      const before = previous.find(({ name }) => name === container.name);
      const started = timestamp();
      const containerID = `sandbox://${pod.metadata.uid}/${container.name}`;
      for (const [reason, text] of [
        ['Pulled', `Successfully pulled image "${image}"`],
        ['Created', `Created container: ${container.name}`],
        ['Started', `Started container ${container.name}`],
      ]) {
        await events.record(context, pod, 'Normal', reason, text);
      }
      statuses.push(
        pulled.crashes
          ? crashed(pod, container, pulled, state, before)
          : {
              name: container.name,
              image,
              imageID: pulled.id,
              containerID,
              ready: readyIn(container, started) <= 0,
              started: true,
              restartCount: before?.restartCount ?? 0,
              state: { running: { startedAt: started } },
              lastState: before?.lastState ?? {},
            },
      );
    }

    const crashing = statuses.some(
      status => status.state.waiting?.reason === 'CrashLoopBackOff',
    );
    await write(context, pod, pullFailed ? 'Pending' : 'Running', statuses);
    if (crashing && !pullFailed) {
      for (const { name } of statuses.filter(status => !status.ready)) {
        await events.record(
          context,
          pod,
          'Warning',
          'BackOff',
          `Back-off restarting failed container ${name} in pod ${podId(pod)}`,
        );
      }
    }
    if (!pullFailed && !crashing) {
      state.attempts = 0;
      return runsToCompletion(pod)
        ? { requeueAfterMs: startDelay() }
        : probe(context, pod, statuses);
    }
    state.attempts += pullFailed ? 1 : 0;
    const wait = waitAfter(state);
    state.notBefore = Date.now() + wait;
    if (pullFailed) {
      // Kubernetes shows the error first and the back-off a moment later.
      return { requeueAfterMs: Math.min(wait / 2, 2000) };
    }
    return { requeueAfterMs: wait };
  }

  function crashed(
    pod: KubernetesObject,
    container: { name: string; image: string },
    pulled: PulledImage,
    state: PodState,
    before: ContainerStatus | undefined,
  ): ContainerStatus {
    state.attempts += 1;
    const now = timestamp();
    return {
      ...waiting(
        container,
        'CrashLoopBackOff',
        `back-off ${Math.round(
          waitAfter(state) / 1000,
        )}s restarting failed container=${container.name} pod=${podId(pod)}`,
      ),
      imageID: pulled.id,
      containerID: `sandbox://${pod.metadata.uid}/${container.name}`,
      restartCount: (before?.restartCount ?? -1) + 1,
      lastState: {
        terminated: {
          exitCode: 1,
          reason: 'Error',
          startedAt: now,
          finishedAt: now,
        },
      },
    };
  }

  /** Makes containers ready whose readiness probe has had its first turn; a probe that is asked passes. */
  async function probe(
    context: ReconcileContext,
    pod: KubernetesObject,
    statuses: ContainerStatus[],
  ): Promise<{ requeueAfterMs: number } | undefined> {
    const waits = containersOf(pod).map(container => {
      const status = statuses.find(({ name }) => name === container.name);
      const startedAt = status?.state.running?.startedAt;
      return startedAt && !status.ready ? readyIn(container, startedAt) : 0;
    });
    const longest = Math.max(0, ...waits);
    if (longest > 0) {
      // Timers end at about 24 days; longer waits are looked at again before
      return { requeueAfterMs: Math.min(longest, 3_600_000) };
    }
    if (statuses.some(status => !status.ready)) {
      await write(
        context,
        pod,
        'Running',
        statuses.map(status => ({ ...status, ready: true })),
      );
    }
    return undefined;
  }

  async function complete(context: ReconcileContext, pod: KubernetesObject) {
    const now = timestamp();
    await write(
      context,
      pod,
      'Succeeded',
      containerStatusesOf(pod).map(status => ({
        ...status,
        ready: false,
        started: false,
        state: {
          terminated: {
            exitCode: 0,
            reason: 'Completed',
            startedAt: status.state.running?.startedAt ?? now,
            finishedAt: now,
          },
        },
      })),
    );
  }

  return {
    name: 'kubelet',
    type: POD,
    concurrency: 8,
    isDue: (pod, previous) =>
      pod.metadata.uid !== previous.metadata.uid ||
      pod.spec.nodeName !== previous.spec.nodeName ||
      pod.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp,
    async reconcile(key, context) {
      const id = `${key.namespace}/${key.name}`;
      const pod = await context.client.get(key);
      if (pod?.metadata.deletionTimestamp && pod.spec.nodeName) {
        // Its containers have ended; an API server keeps the pod until the kubelet says so
        await context.client.delete(key, { gracePeriodSeconds: 0 });
      }
      if (!pod || pod.metadata.deletionTimestamp || isFinished(pod)) {
        states.delete(id);
        return undefined;
      }
      if (!pod.spec.nodeName) {
        return undefined;
      }
      const known = states.get(id);
      const state =
        known?.uid === pod.metadata.uid
          ? known!
          : { uid: pod.metadata.uid!, attempts: 0, notBefore: 0 };
      states.set(id, state);
      const statuses = containerStatusesOf(pod);
      if (!statuses.length) {
        await write(
          context,
          pod,
          'Pending',
          containersOf(pod).map(container =>
            waiting(container, 'ContainerCreating'),
          ),
        );
        state.notBefore = Date.now() + startDelay();
      } else if (statuses.every(status => status.state.running)) {
        if (runsToCompletion(pod)) {
          await complete(context, pod);
          return undefined;
        }
        return probe(context, pod, statuses);
      } else if (
        statuses.some(({ state: s }) => s.waiting?.reason === 'ErrImagePull')
      ) {
        await backOffPull(context, pod, statuses);
      }
      const remaining = state.notBefore - Date.now();
      return remaining > 0
        ? { requeueAfterMs: remaining }
        : start(context, pod, state);
    },
  };
}
