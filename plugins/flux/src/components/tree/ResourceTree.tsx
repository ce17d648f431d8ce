import { FluxEntityView } from '@backstage-flux/plugin-flux-common';
import { useFluxTranslation } from '../../lib';
import { useDrawer } from '../drawer/useDrawer';
import { GroupRow } from './GroupRow';
import { ResourceRow } from './ResourceRow';
import { TreeLine } from './treeLines';
import { Folding } from './useFolding';
import { useTreeKeys } from './useTreeKeys';
import styles from './ResourceTree.module.css';

/** The entity's objects as a tree, a group per cluster. */
export function ResourceTree(props: {
  view: FluxEntityView;
  lines: TreeLine[];
  folding: Folding;
  filtering: boolean;
}) {
  const t = useFluxTranslation();
  const drawer = useDrawer();
  const { lines, folding, filtering, view } = props;
  const toggle = (line: TreeLine) =>
    folding.set(line.key, Boolean(line.expanded));
  const keys = useTreeKeys({
    lines,
    folding,
    onOpen: line =>
      line.type === 'group' ? toggle(line) : drawer.open(line.key),
  });

  return (
    // A table that folds: https://www.w3.org/WAI/ARIA/apg/patterns/treegrid
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role
    <table role="treegrid" className={styles.tree} aria-label={t('tree.title')}>
      <colgroup>
        <col />
        <col className={styles.stateColumn} />
        <col className={styles.versionColumn} />
        <col className={styles.timeColumn} />
        <col className={styles.actionsColumn} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{t('tree.name')}</th>
          <th scope="col">{t('tree.state')}</th>
          <th scope="col">{t('tree.version')}</th>
          <th scope="col">{t('tree.reconciled')}</th>
          <th scope="col" aria-label={t('tree.actions')} />
        </tr>
      </thead>
      <tbody>
        {lines.map(line => {
          const common = {
            ref: keys.register(line.key),
            active: keys.activeKey === line.key,
            onKeyDown: keys.onKeyDown,
            onFocus: () => keys.setActiveKey(line.key),
            onToggle: () => toggle(line),
          };
          return line.type === 'group' ? (
            <GroupRow
              key={line.key}
              {...common}
              line={line}
              filtering={filtering}
              groups={view.clusters.length}
            />
          ) : (
            <ResourceRow key={line.key} {...common} line={line} />
          );
        })}
      </tbody>
    </table>
  );
}
