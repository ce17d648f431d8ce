import { DialogHeader } from '@backstage/ui';
import { ReactNode } from 'react';
import styles from './ResourceDrawer.module.css';

/** The drawer's first lines: where the object is, its name and state, what can be done. */
export function DrawerHead(props: {
  /** The line above the name. */
  place?: ReactNode;
  title: string;
  state?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <header className={styles.head}>
      <div className={styles.place}>{props.place}</div>
      <div className={styles.titleLine}>
        <DialogHeader className={styles.title}>{props.title}</DialogHeader>
        {props.state}
      </div>
      {props.children}
    </header>
  );
}
