import { ButtonIcon, Menu, MenuItem, MenuTrigger } from '@backstage/ui';
import { RiMoreLine } from '@remixicon/react';
import { useFluxTranslation } from '../../lib';
import { useFluxActions } from '../../store';
import { scopeKey } from '../../store';

/** What can be done with all of the entity's objects in one cluster. */
export function ClusterMenu(props: { cluster: string; className?: string }) {
  const t = useFluxTranslation();
  const actions = useFluxActions();
  const { cluster, className } = props;
  const denied = actions.denied.reconcile;
  const reconcile = (withSource: boolean) =>
    actions.reconcileAll({ cluster, withSource });
  return (
    <MenuTrigger>
      <ButtonIcon
        className={className}
        variant="tertiary"
        icon={<RiMoreLine />}
        aria-label={t('action.clusterActions', { cluster })}
        isPending={Boolean(actions.pending[scopeKey(cluster)])}
      />
      <Menu>
        <MenuItem isDisabled={Boolean(denied)} onAction={() => reconcile(true)}>
          {t('action.clusterWithSource')}
        </MenuItem>
        <MenuItem
          isDisabled={Boolean(denied)}
          onAction={() => reconcile(false)}
        >
          {t('action.clusterWithoutSource')}
        </MenuItem>
        {denied ? (
          <MenuItem isDisabled>
            {t('action.needs', { permission: denied })}
          </MenuItem>
        ) : null}
      </Menu>
    </MenuTrigger>
  );
}
