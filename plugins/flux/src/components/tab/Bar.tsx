import { FluxEntityView } from '@backstage-flux/plugin-flux-common';
import { TreeFilter } from '../../lib';
import { FluxEntity } from '../../store';
import { FilterField } from './FilterField';
import { LiveStatus } from './LiveStatus';
import { ReconcileButton } from './ReconcileButton';
import styles from './Bar.module.css';

/** How current the tab is, what it shows, and what can be done with all of it. */
export function Bar(props: {
  flux: FluxEntity;
  view: FluxEntityView;
  /** Left out where there is nothing to filter. */
  filter?: TreeFilter;
  onFilter: (filter: TreeFilter) => void;
}) {
  const { flux, view, filter, onFilter } = props;
  return (
    <div className={styles.bar}>
      <LiveStatus flux={flux} view={view} />
      {filter && (
        <FilterField
          value={filter.text}
          onChange={text => onFilter({ ...filter, text })}
        />
      )}
      {filter && <ReconcileButton view={view} />}
    </div>
  );
}
