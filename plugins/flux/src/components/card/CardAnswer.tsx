import {
  ClusterView,
  FluxEntityView,
} from '@backstage-flux/plugin-flux-common';
import { ReactNode } from 'react';
import { personName, useFluxTranslation } from '../../lib';
import { Ago, common, NotFound, Revision, StatusHeadline } from '../common';
import styles from './FluxCard.module.css';

/** The worst state over all clusters, and the one sentence that explains it. */
export function CardAnswer({ view }: { view: FluxEntityView }) {
  const worst =
    view.clusters.find(each => each.status.state === view.status.state) ??
    view.clusters[0];
  return (
    <div className={styles.answer}>
      <span className={styles.state}>
        <StatusHeadline
          size={20}
          status={
            // A card says “for 12 min”, and the cluster knows since when.
            view.status.since
              ? view.status
              : { ...view.status, since: worst?.status.since }
          }
        />
      </span>
      <Explanation view={view} worst={worst} />
      <NotFound view={view} />
    </div>
  );
}

function Explanation(props: { view: FluxEntityView; worst?: ClusterView }) {
  const t = useFluxTranslation();
  const { view, worst } = props;
  const { state, message } = view.status;
  const lines: ReactNode[] = [];

  if (state === 'upToDate') {
    const labels = new Set(view.clusters.map(each => each.running?.label));
    const [version] = labels;
    const applied = view.clusters
      .flatMap(each => each.appliedAt ?? [])
      .sort()
      .pop();
    return (
      <p>
        {labels.size === 1 && version
          ? t('card.everywhere', { version })
          : message}{' '}
        {applied && t('card.lastChange', { ago: <Ago time={applied} /> })}
      </p>
    );
  }

  const suspension = worst?.resources.find(
    each => each.suspension?.reason,
  )?.suspension;
  if (state === 'suspended' && suspension?.by && suspension.reason) {
    lines.push(
      <p key="by">
        {t('card.by', {
          who: personName(suspension.by),
          reason: suspension.reason,
        })}
      </p>,
    );
  } else if (worst?.cause) {
    lines.push(<p key="cause">{worst.cause.title}</p>);
  } else if (message || worst?.status.message) {
    lines.push(<p key="message">{message || worst?.status.message}</p>);
  }
  if (worst?.cause?.revision) {
    lines.push(
      <p key="since" className={common.muted}>
        {t('cluster.since')} <Revision revision={worst.cause.revision} mono />
      </p>,
    );
  }
  if (worst?.pending?.next) {
    lines.push(
      <p key="next" className={common.muted}>
        {worst.pending.next}
      </p>,
    );
  }
  return <>{lines}</>;
}
