import { ClusterView, ImageVersion } from '@backstage-flux/plugin-flux-common';
import { RiArrowRightLine, RiLockLine } from '@remixicon/react';
import { useFluxTranslation } from '../../lib';
import { tokens } from '../common';
import styles from './ClusterVersion.module.css';

/** What runs, and what should run where that is something else. */
export function ClusterVersion(props: { cluster: ClusterView; lost: boolean }) {
  const t = useFluxTranslation();
  const { running, latest, pending } = props.cluster;
  if (!running && !latest) {
    return null;
  }
  return (
    <span className={styles.versions}>
      <span className={styles.version}>
        <span className={styles.key}>
          {t(props.lost ? 'cluster.lastSeen' : 'cluster.running')}
        </span>
        {running ? (
          <Version version={running} />
        ) : (
          <span className={styles.key}>{t('cluster.nothingRuns')}</span>
        )}
      </span>
      {pending && latest && (
        <span className={styles.version}>
          <RiArrowRightLine
            aria-hidden="true"
            size={14}
            className={styles.arrow}
          />
          <span className={styles.key}>{t('cluster.latest')}</span>
          <Version version={latest} />
          {pending.blocked && (
            <span className={`${tokens.bad} ${styles.blocked}`}>
              <RiLockLine aria-hidden="true" size={14} />
              {t('cluster.blocked')}
            </span>
          )}
        </span>
      )}
    </span>
  );
}

function Version({ version }: { version: ImageVersion }) {
  const full = [version.image, version.tag].filter(Boolean).join(':');
  return (
    <b
      className={styles.label}
      title={version.digest ? `${full}@${version.digest}` : full}
    >
      {version.label}
    </b>
  );
}
