import {
  describeRef,
  FluxEntityView,
  parseResourceId,
} from '@backstage-flux/plugin-flux-common';
import { Link } from 'react-router-dom';
import { findById, useFluxTranslation } from '../../lib';
import { common, StateBadge } from '../common';
import { useDrawer } from './useDrawer';
import styles from './ResourceDrawer.module.css';

/** The sources and dependencies of an object, each with its state. */
export function DependsOn(props: { view: FluxEntityView; ids: string[] }) {
  const t = useFluxTranslation();
  const drawer = useDrawer();
  if (props.ids.length === 0) {
    return null;
  }
  return (
    <section>
      <h3 className={styles.factsTitle}>{t('drawer.dependsOn')}</h3>
      <ul className={styles.dependencies}>
        {props.ids.map(id => {
          const resource = findById(props.view, id);
          return resource ? (
            <li key={id}>
              <StateBadge state={resource.status.state} weight="quiet" />
              <Link className={common.link} to={drawer.linkTo(id)}>
                {describeRef(resource.ref)}
              </Link>
            </li>
          ) : (
            <li key={id}>
              <StateBadge state="unknown" />
              <span>
                {nameOf(id)}{' '}
                <span className={common.muted}>{t('drawer.notInView')}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function nameOf(id: string): string {
  try {
    return describeRef(parseResourceId(id));
  } catch {
    return id;
  }
}
