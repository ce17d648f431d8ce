import { ResourceView } from '@backstage-flux/plugin-flux-common';
import clsx from 'clsx';
import {
  formatAgo,
  personName,
  presentations,
  useFluxTranslation,
  useNow,
} from '../../lib';
import { tokens } from '../common';
import styles from './ResourceDrawer.module.css';

/** What the object's state means, and who suspended it and why. */
export function StatusBox({ resource }: { resource: ResourceView }) {
  const t = useFluxTranslation();
  const now = useNow();
  const { status, suspension } = resource;
  const { tone } = presentations[status.state];
  if (suspension) {
    const by = suspension.by
      ? t('drawer.suspendedBy', {
          who: personName(suspension.by),
          ago: suspension.at ? formatAgo(suspension.at, now, t) : '',
        })
      : t('drawer.suspendedByOther');
    return (
      <div className={clsx(tokens.warn, styles.box)}>
        <h3 className={styles.boxTitle}>{by}</h3>
        {suspension.reason && (
          <p>{t('drawer.quoted', { reason: suspension.reason })}</p>
        )}
        {status.message && <p>{status.message}</p>}
      </div>
    );
  }
  if (!status.message) {
    return null;
  }
  return tone === 'bad' ? (
    <div className={clsx(tokens.bad, styles.box)}>
      <p className={styles.boxTitle}>{status.message}</p>
    </div>
  ) : (
    <p className={styles.message}>{status.message}</p>
  );
}
