import { ResourceView } from '@backstage-flux/plugin-flux-common';
import { RiPauseLine, RiPlayLine, RiRefreshLine } from '@remixicon/react';
import { useFluxTranslation } from '../../lib';
import { useFluxActions } from '../../store';
import { GuardedIconButton } from '../common';
import { useSuspendDialog } from '../actions/SuspendDialog';
import styles from './ResourceTree.module.css';

/** What can be done with the object of a row. */
export function RowActions(props: {
  resource: ResourceView;
  /** Only the row that has the focus brings its buttons into the tab order. */
  inTabOrder: boolean;
}) {
  const t = useFluxTranslation();
  const { denied, pending, reconcile, resume } = useFluxActions();
  const suspendDialog = useSuspendDialog();
  const { resource, inTabOrder } = props;
  const { name } = resource.ref;
  const running = pending[resource.id];
  const common = {
    className: styles.action,
    excludeFromTabOrder: !inTabOrder,
  };
  return (
    <span className={styles.rowActions} data-pending={Boolean(running)}>
      {resource.actions.reconcile && (
        <GuardedIconButton
          {...common}
          icon={<RiRefreshLine size={16} />}
          aria-label={t('action.reconcileObject', { name })}
          denied={denied.reconcile}
          isPending={running === 'reconcile'}
          onPress={() => reconcile(resource)}
        />
      )}
      {resource.actions.suspend && (
        <GuardedIconButton
          {...common}
          icon={<RiPauseLine size={16} />}
          aria-label={t('action.suspendObject', { name })}
          denied={denied.suspend}
          isPending={running === 'suspend'}
          onPress={() => suspendDialog.open(resource)}
        />
      )}
      {resource.actions.resume && (
        <GuardedIconButton
          {...common}
          icon={<RiPlayLine size={16} />}
          aria-label={t('action.resumeObject', { name })}
          denied={denied.resume}
          isPending={running === 'resume'}
          onPress={() => resume(resource)}
        />
      )}
    </span>
  );
}
