import type { Release, Snapshot } from './release/Release';
import { configDigestOf, digestOf } from './release/Release';
import { helmContext, HelmRequest } from './request';

/** How the stored release stands to what the HelmRelease asks for. */
export type ReleaseState =
  | { is: 'absent' | 'unmanaged' | 'out-of-sync' | 'failed' | 'in-sync' }
  | { is: 'locked'; release: Release };

/** Compares the newest stored release with the chart, the values and the history. */
export async function determineState(
  request: HelmRequest,
): Promise<ReleaseState> {
  const { object, chart, values } = request;
  const { storage, name } = helmContext(request, 'upgrade');
  const release = await storage.last(name);
  if (!release) {
    return { is: 'absent' };
  }
  const { status } = release.info;
  if (status.startsWith('pending-')) {
    return { is: 'locked', release };
  }
  const [current]: Snapshot[] = object.status.history ?? [];
  if (!current) {
    return { is: status === 'uninstalled' ? 'absent' : 'unmanaged' };
  }
  if (digestOf(release) !== current.digest) {
    return { is: 'unmanaged' };
  }
  switch (status) {
    case 'failed':
      return { is: 'failed' };
    case 'uninstalled':
      return { is: 'absent' };
    case 'deployed': {
      const { metadata } = release.chart;
      const isSame =
        metadata.name === chart.metadata.name &&
        metadata.version === chart.metadata.version &&
        configDigestOf(values) === current.configDigest;
      return { is: isSame ? 'in-sync' : 'out-of-sync' };
    }
    default:
      throw new Error(
        `unable to determine state for release with status '${status}'`,
      );
  }
}
