import { RemixiconComponentType } from '@remixicon/react';
import { ReactNode } from 'react';
import { common } from '../common';
import styles from './states.module.css';

/** One message where otherwise the tab would be. */
export function StatePanel(props: {
  icon: RemixiconComponentType;
  title: string;
  role?: 'alert';
  children: ReactNode;
}) {
  const Icon = props.icon;
  return (
    <section className={`${common.card} ${styles.panel}`} role={props.role}>
      <Icon aria-hidden="true" size={24} className={common.muted} />
      <h2 className={styles.title}>{props.title}</h2>
      <div className={styles.text}>{props.children}</div>
    </section>
  );
}
