import type { Controller } from '../runtime';
import { EventRecorder } from './EventRecorder';
import {
  ownerReference,
  POD,
  specChanged,
  timestamp,
  toController,
  writeStatus,
} from './owners';
import { isReady, podFrom } from './podTemplate';

const JOB = { apiVersion: 'batch/v1', kind: 'Job' };
const NAME_LABEL = 'batch.kubernetes.io/job-name';

/** Runs as many pods to their end as a Job asks for. */
export function jobController(): Controller {
  const events = new EventRecorder('job-controller');
  return {
    name: 'job',
    type: JOB,
    watches: [{ type: POD, map: toController(JOB) }],
    isDue: specChanged,
    async reconcile(key, context) {
      const { client } = context;
      const job = await client.get(key);
      const finished = job?.status?.conditions?.some(
        (condition: any) =>
          ['Complete', 'Failed'].includes(condition.type) &&
          condition.status === 'True',
      );
      if (!job || job.metadata.deletionTimestamp || finished) {
        return;
      }
      // The API server of a real cluster sets the selector; the label is set by us in both.
      const pods = (
        await client.list(POD, {
          namespace: key.namespace,
          labelSelector: `${NAME_LABEL}=${key.name}`,
        })
      ).filter(pod =>
        pod.metadata.ownerReferences?.some(
          ({ uid }) => uid === job.metadata.uid,
        ),
      );
      const wanted: number = job.spec.completions ?? 1;
      const phases = pods.map(pod => pod.status?.phase);
      const succeeded = phases.filter(phase => phase === 'Succeeded').length;
      const running = phases.filter(
        phase => phase !== 'Succeeded' && phase !== 'Failed',
      ).length;
      const missing = Math.max(
        0,
        Math.min(job.spec.parallelism ?? 1, wanted - succeeded) - running,
      );
      for (let i = 0; i < missing && !job.spec.suspend; i++) {
        const pod = podFrom(job, job.spec.template);
        pod.metadata.labels = {
          ...pod.metadata.labels,
          [NAME_LABEL]: key.name,
          'batch.kubernetes.io/controller-uid': job.metadata.uid!,
          'job-name': key.name,
        };
        pod.metadata.ownerReferences = [ownerReference(job)];
        const created = await client.create(pod);
        await events.record(
          context,
          job,
          'Normal',
          'SuccessfulCreate',
          `Created pod: ${created.metadata.name}`,
        );
      }

      const done = succeeded >= wanted;
      const now = timestamp();
      const active = running + (job.spec.suspend ? 0 : missing);
      await writeStatus(client, job, {
        ...(active && { active }),
        ready: pods.filter(isReady).length,
        startTime: job.status?.startTime ?? now,
        terminating: 0,
        uncountedTerminatedPods: {},
        ...(succeeded && { succeeded }),
        ...(done && {
          completionTime: now,
          conditions: ['SuccessCriteriaMet', 'Complete'].map(type => ({
            lastProbeTime: now,
            lastTransitionTime: now,
            message: 'Reached expected number of succeeded pods',
            reason: 'CompletionsReached',
            status: 'True',
            type,
          })),
        }),
      });
      if (done) {
        await events.record(
          context,
          job,
          'Normal',
          'Completed',
          'Job completed',
        );
      }
    },
  };
}
