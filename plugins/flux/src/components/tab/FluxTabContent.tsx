import { FluxEntityView } from '@backstage-flux/plugin-flux-common';
import { useState } from 'react';
import {
  isFiltering,
  noFilter,
  TreeFilter,
  useFluxTranslation,
} from '../../lib';
import { FluxEntity, scopeKey } from '../../store';
import { ActionFailureNotice } from '../actions/ActionFailureNotice';
import { ClusterCard, isLost } from '../cluster';
import { common, NotFound } from '../common';
import { ResourceDrawer } from '../drawer/ResourceDrawer';
import { EmptyState } from '../states/EmptyState';
import { NothingMatches } from '../states/NothingMatches';
import { ResourceTree, treeLines, useFolding } from '../tree';
import { Bar } from './Bar';
import { FilterMenus } from './FilterMenus';
import styles from './FluxTabContent.module.css';

/** The tab of an entity that Flux knows: the answer per cluster, then the objects. */
export function FluxTabContent(props: {
  flux: FluxEntity;
  view: FluxEntityView;
  /** What readers call the entity. */
  name: string;
}) {
  const t = useFluxTranslation();
  const { flux, view, name } = props;
  const [filter, setFilter] = useState<TreeFilter>(noFilter);
  const folding = useFolding(view.clusters);
  const lines = treeLines(view, filter, folding, state => t(`state.${state}`));
  // While no cluster can be heard nobody knows whether there is anything
  const allLost = view.clusters.length > 0 && view.clusters.every(isLost);
  const hasObjects = view.clusters.some(each => each.resources.length > 0);

  return (
    <>
      <Bar
        flux={flux}
        view={view}
        filter={hasObjects ? filter : undefined}
        onFilter={setFilter}
      />
      <ActionFailureNotice subject={scopeKey()} name={name} />
      <NotFound view={view} />
      {view.clusters.map(cluster => (
        <ClusterCard key={cluster.name} cluster={cluster} />
      ))}
      {view.empty && !allLost && <EmptyState name={name} empty={view.empty} />}
      {hasObjects && (
        <section
          className={`${common.card} ${styles.panel}`}
          aria-label={t('tree.title')}
        >
          <div className={styles.panelHead}>
            <h2 className={styles.panelTitle}>{t('tree.title')}</h2>
            <FilterMenus view={view} filter={filter} onFilter={setFilter} />
          </div>
          {lines.length > 0 ? (
            <ResourceTree
              view={view}
              lines={lines}
              folding={folding}
              filtering={isFiltering(filter)}
            />
          ) : (
            <NothingMatches
              filter={filter}
              onClear={() => setFilter(noFilter)}
            />
          )}
        </section>
      )}
      <ResourceDrawer view={view} />
    </>
  );
}
