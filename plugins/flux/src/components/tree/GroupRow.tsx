import { RiArrowDownSLine, RiArrowRightSLine } from '@remixicon/react';
import { forwardRef, KeyboardEvent } from 'react';
import { countStates, formatClock, useFluxTranslation } from '../../lib';
import { isLost } from '../cluster';
import { StateBadge } from '../common';
import { TreeLine } from './treeLines';
import styles from './ResourceTree.module.css';

/** What each row of the tree is given to take part in its keyboard. */
export interface RowProps {
  active: boolean;
  onKeyDown: (event: KeyboardEvent<HTMLTableRowElement>) => void;
  onFocus: () => void;
  onToggle: () => void;
}

interface GroupRowProps extends RowProps {
  line: Extract<TreeLine, { type: 'group' }>;
  filtering: boolean;
  groups: number;
}

/** The row of a cluster, with how many of its objects need someone. */
export const GroupRow = forwardRef<HTMLTableRowElement, GroupRowProps>(
  (props, ref) => {
    const t = useFluxTranslation();
    const { line, filtering, active, groups } = props;
    const { resources, name, title } = line.cluster;
    const Arrow = line.expanded ? RiArrowDownSLine : RiArrowRightSLine;
    return (
      <tr
        ref={ref}
        className={styles.group}
        aria-level={1}
        aria-expanded={line.expanded}
        aria-posinset={line.position}
        aria-setsize={groups}
        tabIndex={active ? 0 : -1}
        onKeyDown={props.onKeyDown}
        onFocus={props.onFocus}
        onClick={props.onToggle}
      >
        <td colSpan={5}>
          <span className={styles.groupLine}>
            <Arrow aria-hidden="true" size={14} />
            <b>{title ?? name}</b>
            {resources.length > 0 && (
              <span>
                {filtering
                  ? t('tree.shownOf', {
                      shown: String(line.matches),
                      all: String(resources.length),
                    })
                  : t('tree.objects', { count: resources.length })}
              </span>
            )}
            <GroupStates line={line} />
          </span>
        </td>
      </tr>
    );
  },
);

function GroupStates({ line }: { line: GroupRowProps['line'] }) {
  const t = useFluxTranslation();
  const { resources, connection } = line.cluster;
  if (resources.length > 0 && isLost(line.cluster)) {
    return (
      <StateBadge state="stale" size={14}>
        {t('state.asOf', {
          state: t('state.stale'),
          time: formatClock(connection.since),
        })}
      </StateBadge>
    );
  }
  const counts = countStates(resources);
  if (counts.length === 0) {
    return <span>{t('tree.notReadable')}</span>;
  }
  const [only] = counts;
  if (counts.length === 1) {
    return (
      <StateBadge state={only.state} size={14} weight="quiet">
        {t('tree.all', { state: t(`state.${only.state}`) })}
      </StateBadge>
    );
  }
  return (
    <>
      {counts
        .filter(each => each.state !== 'upToDate')
        .map(({ state, count }) => (
          <StateBadge key={state} state={state} size={14}>
            {t('tree.countOf', {
              n: String(count),
              state: t(`state.${state}`),
            })}
          </StateBadge>
        ))}
    </>
  );
}
