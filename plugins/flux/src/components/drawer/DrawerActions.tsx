import { ResourceView } from '@backstage-flux/plugin-flux-common';
import { RiPauseLine, RiPlayLine, RiRefreshLine } from '@remixicon/react';
import { useFluxTranslation } from '../../lib';
import { useFluxActions } from '../../store';
import { useSuspendDialog } from '../actions/SuspendDialog';
import { GuardedButton } from '../common';
import styles from './ResourceDrawer.module.css';

/** What can be done with the object of the drawer. */
export function DrawerActions({ resource }: { resource: ResourceView }) {
  const t = useFluxTranslation();
  const { denied, pending, reconcile, resume } = useFluxActions();
  const suspendDialog = useSuspendDialog();
  const { actions, id } = resource;
  if (!actions.reconcile && !actions.suspend && !actions.resume) {
    return null;
  }
  return (
    <div className={styles.actions}>
      {actions.resume && (
        <GuardedButton
          variant="primary"
          denied={denied.resume}
          iconStart={<RiPlayLine size={16} />}
          isPending={pending[id] === 'resume'}
          onPress={() => resume(resource)}
        >
          {t('action.resume')}
        </GuardedButton>
      )}
      {actions.reconcile && (
        <GuardedButton
          variant={actions.resume ? 'secondary' : 'primary'}
          denied={denied.reconcile}
          iconStart={<RiRefreshLine size={16} />}
          isPending={pending[id] === 'reconcile'}
          onPress={() => reconcile(resource)}
        >
          {t('action.reconcile')}
        </GuardedButton>
      )}
      {actions.suspend && (
        <GuardedButton
          denied={denied.suspend}
          iconStart={<RiPauseLine size={16} />}
          isPending={pending[id] === 'suspend'}
          onPress={() => suspendDialog.open(resource)}
        >
          {t('action.suspend')}
        </GuardedButton>
      )}
    </div>
  );
}
