import { Children, ReactNode } from 'react';
import styles from './ResourceDrawer.module.css';

/** A titled list of facts; nothing when there is none. */
export function Facts(props: { title: string; children: ReactNode }) {
  if (Children.toArray(props.children).length === 0) {
    return null;
  }
  return (
    <section>
      <h3 className={styles.factsTitle}>{props.title}</h3>
      <dl className={styles.facts}>{props.children}</dl>
    </section>
  );
}

/** One fact of a list. */
export function Fact(props: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </>
  );
}
