import {
  ClusterView,
  FluxEntityView,
} from '@backstage-flux/plugin-flux-common';
import { RiArrowRightLine } from '@remixicon/react';
import { useFluxTranslation } from '../../lib';
import { StateIcon } from '../common';
import styles from './FluxCard.module.css';

/** A line per cluster: state and version. */
export function CardClusters({ view }: { view: FluxEntityView }) {
  const t = useFluxTranslation();
  return (
    <ul className={styles.rows}>
      {view.clusters.map(cluster => (
        <li key={cluster.name}>
          <StateIcon state={cluster.status.state} />
          <b className={styles.cluster}>{cluster.title ?? cluster.name}</b>
          <span className={styles.word}>
            {t(`state.${cluster.status.state}`)}
          </span>
          <Versions cluster={cluster} />
        </li>
      ))}
    </ul>
  );
}

function Versions({ cluster }: { cluster: ClusterView }) {
  const t = useFluxTranslation();
  const { running, latest, pending, chain } = cluster;
  if (!running) {
    return (
      <span className={styles.version}>
        {chain.length > 0 && t('cluster.nothingRuns')}
      </span>
    );
  }
  return (
    <span className={styles.version}>
      {running.label}
      {pending && !pending.blocked && latest && (
        <>
          <RiArrowRightLine aria-label={t('cluster.latest')} size={12} />
          {latest.label}
        </>
      )}
    </span>
  );
}
