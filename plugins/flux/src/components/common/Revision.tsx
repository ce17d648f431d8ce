import { RevisionView } from '@backstage-flux/plugin-flux-common';
import clsx from 'clsx';
import { webUrl } from '../../lib';
import styles from './common.module.css';

/** A revision, linked to its commit where there is one to open. */
export function Revision(props: {
  revision: RevisionView;
  mono?: boolean;
  /** Taken out of the tab order, in rows that are walked by arrow keys. */
  skipTab?: boolean;
}) {
  const { revision, mono, skipTab } = props;
  const url = webUrl(revision.url);
  if (!url) {
    return (
      <span className={clsx(mono && styles.mono)} title={revision.raw}>
        {revision.label}
      </span>
    );
  }
  return (
    <a
      className={clsx(styles.link, mono && styles.mono)}
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      title={revision.raw}
      tabIndex={skipTab ? -1 : undefined}
    >
      {revision.label}
    </a>
  );
}
