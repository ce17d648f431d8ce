import {
  ClusterConnection,
  FluxClusterInfo,
} from '@backstage-flux/plugin-flux-common';
import { formatDuration, TranslationFunction } from '../lib';

const IMAGE_KINDS = ['ImageRepository', 'ImagePolicy', 'ImageUpdateAutomation'];

/** A cluster as something to choose: what Flux can do there, or why it can't be chosen. */
export function clusterOption(
  cluster: FluxClusterInfo,
  context: { value?: string; now: number; t: TranslationFunction },
) {
  const { name, title, connection } = cluster;
  const unreachable = ['down', 'stale'].includes(connection.state);
  return {
    id: name,
    label: title && title !== name ? `${title} (${name})` : name,
    description: describe(cluster, context),
    // What is chosen already stays: it may be back before the form is sent
    disabled: unreachable && name !== context.value,
  };
}

function describe(
  { connection, fluxVersion }: FluxClusterInfo,
  { now, t }: { now: number; t: TranslationFunction },
): string {
  switch (connection.state) {
    case 'down':
    case 'stale': {
      const { reason, since } = connection;
      const duration = formatDuration(since, now, t);
      return reason
        ? t('picker.unreachable', { duration, reason })
        : t('picker.unreachableBare', { duration });
    }
    case 'syncing':
      return t('picker.syncing');
    default: {
      if (lacks(connection, ['Kustomization'])) {
        return t('picker.noFlux');
      }
      const flux = fluxVersion
        ? t('picker.flux', { version: fluxVersion })
        : t('picker.fluxBare');
      const images = lacks(connection, IMAGE_KINDS)
        ? t('picker.noImageAutomation')
        : t('picker.imageAutomation');
      return `${flux} · ${images}`;
    }
  }
}

/** Kinds that are there and may not be read don't count. */
function lacks({ missing = [] }: ClusterConnection, kinds: string[]): boolean {
  return missing.some(
    ({ kind, reason }) => reason === 'notInstalled' && kinds.includes(kind),
  );
}
