import { ClusterView } from '@backstage-flux/plugin-flux-common';
import { formatIn, useFluxTranslation, useNow } from '../../lib';
import { Ago } from '../common';
import styles from './ClusterNote.module.css';

/** What stands alone as a title needs its full stop between sentences. */
const sentence = (words: string) =>
  /[.!?]$/.test(words) ? words : `${words}.`;

/** What else there is to say about a cluster: why it waits, why it can't be heard. */
export function ClusterNote(props: { cluster: ClusterView; lost: boolean }) {
  const t = useFluxTranslation();
  const now = useNow();
  const { cluster, lost } = props;
  const { connection, status, cause, pending } = cluster;

  if (lost) {
    return (
      <p className={styles.note}>
        {lostWords()} {connection.nextTryAt && nextTry(connection.nextTryAt)}
      </p>
    );
  }

  function nextTry(time: string) {
    return Date.parse(time) - now < 1_000
      ? t('cluster.tryingNow')
      : t('cluster.nextTry', { when: formatIn(time, now, t) });
  }

  function lostWords() {
    const { reason } = connection;
    const ago = <Ago time={connection.since} />;
    if (cluster.resources.length === 0) {
      return reason ? t('cluster.unreachable', { reason }) : status.message;
    }
    return reason
      ? t('cluster.lost', { ago, reason })
      : t('cluster.lostBare', { ago });
  }

  if (cause?.state === 'waiting') {
    return (
      <p className={styles.note}>
        <strong className={styles.title}>{sentence(cause.title)}</strong>{' '}
        {cause.detail} {cause.remedy}
      </p>
    );
  }

  const quiet = status.state === 'upToDate' && !pending;
  const message = cause || quiet ? undefined : status.message;
  return (
    <>
      {(message || pending?.next) && (
        <p className={styles.note}>
          {message} {pending && sentence(pending.next)}
        </p>
      )}
      {connection.missing
        ?.filter(each => each.reason !== 'notInstalled')
        .map(each => (
          <p key={each.kind} className={styles.note}>
            {t('cluster.missing', {
              kind: each.kind,
              reason: each.message ?? each.reason,
            })}
          </p>
        ))}
    </>
  );
}
