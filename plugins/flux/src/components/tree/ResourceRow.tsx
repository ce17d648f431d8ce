import { describeRef } from '@backstage-flux/plugin-flux-common';
import { RiArrowDownSLine, RiArrowRightSLine } from '@remixicon/react';
import clsx from 'clsx';
import { CSSProperties, forwardRef, MouseEvent } from 'react';
import { Link } from 'react-router-dom';
import { kindIcon, useFluxTranslation } from '../../lib';
import { useFluxActions } from '../../store';
import { Ago, common, StateBadge } from '../common';
import { ActionFailureNotice } from '../actions/ActionFailureNotice';
import { useDrawer } from '../drawer/useDrawer';
import { RowProps } from './GroupRow';
import { RowActions } from './RowActions';
import { TreeLine } from './treeLines';
import { VersionCell } from './VersionCell';
import styles from './ResourceTree.module.css';

interface ResourceRowProps extends RowProps {
  line: Extract<TreeLine, { type: 'resource' }>;
}

/** The row of one object. */
export const ResourceRow = forwardRef<HTMLTableRowElement, ResourceRowProps>(
  (props, ref) => {
    const t = useFluxTranslation();
    const drawer = useDrawer();
    const { failures } = useFluxActions();
    const { line, active } = props;
    const { resource, depth } = line;
    const Icon = kindIcon(resource.ref.kind);
    const time = resource.lastReconciledAt ?? resource.createdAt;

    const onClick = (event: MouseEvent<HTMLTableRowElement>) => {
      // Links and buttons in the row answer for themselves.
      if (!(event.target as Element).closest('a, button')) {
        drawer.open(resource.id);
      }
    };

    return (
      <>
        <tr
          ref={ref}
          className={clsx(
            styles.row,
            drawer.openId === resource.id && styles.open,
          )}
          aria-label={`${describeRef(resource.ref)}, ${t(
            `state.${resource.status.state}`,
          )}`}
          aria-level={depth + 2}
          aria-expanded={line.hasChildren ? line.expanded : undefined}
          aria-posinset={line.position}
          aria-setsize={line.siblings}
          tabIndex={active ? 0 : -1}
          onKeyDown={props.onKeyDown}
          onFocus={props.onFocus}
          onClick={onClick}
        >
          <td>
            <span
              className={styles.name}
              style={{ '--depth': depth } as CSSProperties}
            >
              {depth > 0 && <span className={styles.guides} />}
              <Fold {...props} />
              <Icon aria-hidden="true" size={16} className={common.muted} />
              <Link
                className={styles.nameText}
                to={drawer.linkTo(resource.id)}
                tabIndex={-1}
                title={resource.ref.name}
              >
                {resource.ref.name}
              </Link>
              <span className={styles.kind}>{resource.ref.kind}</span>
            </span>
          </td>
          <td>
            <span className={styles.state}>
              <StateBadge state={resource.status.state} weight="quiet" />
              {resource.status.summary && (
                <span className={styles.why} title={resource.status.summary}>
                  {resource.status.summary}
                </span>
              )}
            </span>
          </td>
          <td className={styles.version}>
            <VersionCell resource={resource} />
          </td>
          <td className={styles.time}>{time && <Ago time={time} />}</td>
          <td className={styles.actions}>
            <RowActions resource={resource} inTabOrder={active} />
          </td>
        </tr>
        {failures[resource.id] && (
          <tr aria-level={depth + 2} className={styles.failure}>
            <td colSpan={5}>
              <ActionFailureNotice
                subject={resource.id}
                name={resource.ref.name}
              />
            </td>
          </tr>
        )}
      </>
    );
  },
);

function Fold({ line, onToggle }: ResourceRowProps) {
  if (!line.hasChildren) {
    return <span className={styles.fold} />;
  }
  const Arrow = line.expanded ? RiArrowDownSLine : RiArrowRightSLine;
  return (
    // For the mouse only: the row itself folds by arrow keys and says whether it is folded.
    <button
      type="button"
      className={styles.fold}
      tabIndex={-1}
      aria-hidden="true"
      onClick={onToggle}
    >
      <Arrow size={14} />
    </button>
  );
}
