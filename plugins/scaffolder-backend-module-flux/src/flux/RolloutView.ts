import { z } from 'zod';
import type { ResourceState } from '@backstage-flux/plugin-flux-common';

const statusSchema = z.object({
  state: z.string().transform(state => state as ResourceState),
  summary: z.string(),
  message: z.string(),
});

const causeSchema = z.object({
  title: z.string(),
  detail: z.string().optional(),
  remedy: z.string().optional(),
});

const labelSchema = z.object({ label: z.string() });

/** What the Flux backend says of an entity, as far as it tells whether it is rolled out. */
export const entityViewSchema = z.object({
  status: statusSchema,
  clusters: z.array(
    z.object({
      name: z.string(),
      title: z.string().optional(),
      status: statusSchema,
      cause: causeSchema.optional(),
      running: labelSchema.optional(),
    }),
  ),
  notFound: z.array(z.object({ message: z.string() })).optional(),
});

/** The same of one object of a cluster. */
export const resourceDetailSchema = z.object({
  resource: z.object({
    status: statusSchema,
    version: labelSchema.optional(),
  }),
});

/** How far a rollout is. */
export type RolloutView = z.infer<typeof entityViewSchema>;
export type ClusterRollout = RolloutView['clusters'][number];

const WORDS: Record<ResourceState, string> = {
  failing: 'failing',
  stalled: 'stalled',
  suspended: 'suspended',
  progressing: 'progressing',
  updatePending: 'update pending',
  waiting: 'waiting',
  stale: 'not heard of',
  unknown: 'unknown',
  upToDate: 'up to date',
};

/** e.g. `prod-eu: waiting for the first image`. */
export function describeRollout(cluster: ClusterRollout): string {
  const { state, summary, message } = cluster.status;
  const said = [WORDS[state] ?? state, summary].filter(Boolean).join(' ');
  const why = cluster.cause?.title ?? message;
  const running = cluster.running ? `, runs ${cluster.running.label}` : '';
  return `${cluster.title ?? cluster.name}: ${said}${
    state === 'upToDate' ? running : why && `: ${why}`
  }`;
}

/** With what somebody can do about it. */
export function explainRollout(cluster: ClusterRollout): string {
  const { detail, remedy } = cluster.cause ?? {};
  return [describeRollout(cluster), detail, remedy].filter(Boolean).join('. ');
}

/** Changes whenever what is said changes, but not with the time that it has been so. */
export const rolloutKey = ({ status, cause, running }: ClusterRollout) =>
  JSON.stringify([status.state, cause?.title ?? status.message, running]);

/** Whether everything that belongs to the entity is there and up to date. */
export const isRolledOut = ({ clusters, status, notFound }: RolloutView) =>
  clusters.length > 0 && status.state === 'upToDate' && !notFound?.length;

/** Clusters on which nothing will change until somebody does something. */
export const stuckOn = ({ clusters }: RolloutView) =>
  clusters.filter(({ status }) =>
    ['stalled', 'suspended'].includes(status.state),
  );
