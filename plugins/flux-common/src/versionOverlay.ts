import type { ImageVersion, ResourceStatus, ResourceView } from './api';
import { sameVersion } from './images';
import type { Projection } from './projection/types';
import type { EntityVersions } from './versions';

function raw(v: ImageVersion): string {
  return `${v.image}${v.tag ? `:${v.tag}` : ''}${
    v.digest ? `@${v.digest}` : ''
  }`;
}

/**
 * What no object says by itself: the entity's workload runs another version than its policy selected, and
 * its canary waits for that version.
 */
export function versionOverlay(
  p: Projection,
  status: ResourceStatus,
  { versions }: { versions: EntityVersions },
): Partial<ResourceView> {
  const { workload, serving, canary, running, latest } = versions;
  if (!workload || !running || !latest || sameVersion(running, latest)) {
    return {};
  }
  const isWorkload = p.id === (serving ?? workload).id;
  const isCanary = p.id === canary?.id;
  if (isWorkload) {
    const view = {
      version: { raw: raw(running), label: running.label },
      wantedVersion: { raw: raw(latest), label: latest.label },
    };
    return status.state === 'upToDate'
      ? {
          ...view,
          status: {
            ...status,
            state: 'updatePending',
            message: `${latest.label} is published; ${running.label} runs.`,
          },
        }
      : view;
  }
  if (isCanary && status.state === 'upToDate') {
    return {
      status: {
        ...status,
        state: 'waiting',
        summary: 'for a new version',
        message: `It starts once ${latest.label} is applied.`,
      },
    };
  }
  return {};
}
