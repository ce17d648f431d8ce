import { ChainStop, ClusterView } from '@backstage-flux/plugin-flux-common';
import clsx from 'clsx';
import { Link } from 'react-router-dom';
import { presentations, useFluxTranslation } from '../../lib';
import { common, StateIcon, tokens } from '../common';
import { useDrawer } from '../drawer/useDrawer';
import styles from './Chain.module.css';

/** The way from the source to what runs, stop by stop. */
export function Chain(props: { cluster: ClusterView; id?: string }) {
  const t = useFluxTranslation();
  const { cluster, id } = props;
  return (
    <ol
      id={id}
      className={styles.chain}
      aria-label={t('cluster.wayTo', { cluster: cluster.name })}
    >
      {cluster.chain.map((stop, index) => (
        <li
          key={`${stop.label} ${index}`}
          className={clsx(isCut(cluster.chain, index) && styles.cut)}
        >
          <Stop stop={stop} />
        </li>
      ))}
    </ol>
  );
}

function Stop({ stop }: { stop: ChainStop }) {
  const t = useFluxTranslation();
  const drawer = useDrawer();
  const { tone } = presentations[stop.state];
  const className = clsx(
    tokens[tone],
    styles.stop,
    tone === 'bad' && styles.loud,
    stop.state === 'notReached' && styles.unreached,
  );
  const content = (
    <>
      <StateIcon state={stop.state} size={20} />
      <span className={styles.words}>
        <span className={styles.label}>{stop.label}</span>
        <span className={styles.text}>{stop.text}</span>
        <span className={common.visuallyHidden}>
          {t(`state.${stop.state}`)}
        </span>
      </span>
    </>
  );
  return stop.resourceId ? (
    <Link className={className} to={drawer.linkTo(stop.resourceId)}>
      {content}
    </Link>
  ) : (
    <span className={className}>{content}</span>
  );
}

/** The chain as icons only, for a card that is folded. */
export function MiniChain({ cluster }: { cluster: ClusterView }) {
  const t = useFluxTranslation();
  if (cluster.chain.length === 0) {
    return null;
  }
  const done = cluster.chain.filter(each => each.state === 'upToDate').length;
  return (
    <ol
      className={styles.mini}
      aria-label={t('cluster.miniWay', {
        cluster: cluster.name,
        done: String(done),
        all: String(cluster.chain.length),
      })}
    >
      {cluster.chain.map((stop, index) => (
        <li
          key={`${stop.label} ${index}`}
          className={clsx(isCut(cluster.chain, index) && styles.cut)}
          title={`${stop.label}: ${t(`state.${stop.state}`)}`}
        >
          <StateIcon state={stop.state} size={14} />
        </li>
      ))}
    </ol>
  );
}

// The line after a stop is solid only where something has come through.
function isCut(chain: ChainStop[], index: number): boolean {
  const through = ['upToDate', 'progressing', 'updatePending'];
  return (
    !through.includes(chain[index].state) ||
    chain[index + 1]?.state === 'notReached'
  );
}
