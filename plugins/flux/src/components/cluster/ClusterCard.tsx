import { ClusterView, ResourceState } from '@backstage-flux/plugin-flux-common';
import { RiArrowDownSLine, RiArrowUpSLine } from '@remixicon/react';
import clsx from 'clsx';
import { useId, useState } from 'react';
import { formatClock, useFluxTranslation } from '../../lib';
import { scopeKey } from '../../store';
import {
  Ago,
  common,
  GuardedIconButton,
  StateBadge,
  StatusHeadline,
} from '../common';
import { ActionFailureNotice } from '../actions/ActionFailureNotice';
import { CauseBox } from './CauseBox';
import { Chain, MiniChain } from './Chain';
import { ClusterMenu } from './ClusterMenu';
import { ClusterNote } from './ClusterNote';
import { ClusterVersion } from './ClusterVersion';
import { isLost } from './connection';
import styles from './ClusterCard.module.css';

// What needs nobody is one line.
const foldedStates: ResourceState[] = [
  'upToDate',
  'waiting',
  'stale',
  'unknown',
];

/** What one cluster has of the entity: the answer first, the way to it below. */
export function ClusterCard({ cluster }: { cluster: ClusterView }) {
  const t = useFluxTranslation();
  const wayId = useId();
  const lost = isLost(cluster);
  const foldable = lost || foldedStates.includes(cluster.status.state);
  const [unfolded, setUnfolded] = useState(false);
  const hasChain = cluster.chain.length > 0;
  const showChain = hasChain && (!foldable || unfolded);

  return (
    <section
      aria-label={cluster.title ?? cluster.name}
      className={clsx(common.card, lost && styles.lost)}
    >
      <div className={styles.head}>
        <h2 className={styles.name}>{cluster.title ?? cluster.name}</h2>
        <span className={styles.state}>
          <ClusterState cluster={cluster} />
        </span>
        {cluster.status.state === 'upToDate' && !lost && cluster.appliedAt && (
          <span className={styles.applied}>
            {t('cluster.applied', { ago: <Ago time={cluster.appliedAt} /> })}
          </span>
        )}
        <span className={styles.grow} />
        {foldable && !unfolded && !lost && (
          <span className={styles.mini}>
            <MiniChain cluster={cluster} />
          </span>
        )}
        <ClusterVersion cluster={cluster} lost={lost} />
        {foldable && hasChain && (
          <GuardedIconButton
            className={styles.menu}
            icon={unfolded ? <RiArrowUpSLine /> : <RiArrowDownSLine />}
            aria-label={t(unfolded ? 'cluster.hideWay' : 'cluster.showWay', {
              cluster: cluster.name,
            })}
            aria-expanded={unfolded}
            aria-controls={unfolded ? wayId : undefined}
            onPress={() => setUnfolded(!unfolded)}
          />
        )}
        {!foldable && (
          <ClusterMenu cluster={cluster.name} className={styles.menu} />
        )}
      </div>
      <ActionFailureNotice
        subject={scopeKey(cluster.name)}
        name={cluster.name}
      />
      {cluster.cause && cluster.cause.state !== 'waiting' && !lost && (
        <CauseBox cluster={cluster} cause={cluster.cause} />
      )}
      <ClusterNote cluster={cluster} lost={lost} />
      {showChain && <Chain id={wayId} cluster={cluster} />}
    </section>
  );
}

function ClusterState({ cluster }: { cluster: ClusterView }) {
  const t = useFluxTranslation();
  // A clock time says when what is shown was true; a cluster never heard has shown nothing.
  if (isLost(cluster) && cluster.resources.length > 0) {
    return (
      <StateBadge state="stale" weight="bold">
        {t('state.asOf', {
          state: t('state.stale'),
          time: formatClock(cluster.connection.since),
        })}
      </StateBadge>
    );
  }
  return <StatusHeadline status={cluster.status} />;
}
