import { FluxEntityView } from '@backstage-flux/plugin-flux-common';
import {
  ButtonIcon,
  Menu,
  MenuItem,
  MenuSeparator,
  MenuTrigger,
} from '@backstage/ui';
import { RiArrowDownSLine, RiRefreshLine } from '@remixicon/react';
import { useFluxTranslation } from '../../lib';
import { scopeKey, useFluxActions } from '../../store';
import { isLost } from '../cluster';
import { GuardedButton, GuardedIconButton } from '../common';
import styles from './Bar.module.css';

/** Reconciles the entity's objects, everywhere or in one cluster. */
export function ReconcileButton({ view }: { view: FluxEntityView }) {
  const t = useFluxTranslation();
  const { denied, pending, reconcileAll } = useFluxActions();
  const reachable = view.clusters.filter(
    each => !isLost(each) && each.resources.length > 0,
  );
  const more = t('action.more');
  return (
    <span className={styles.split}>
      <GuardedButton
        variant="primary"
        className={styles.splitMain}
        denied={denied.reconcile}
        iconStart={<RiRefreshLine size={16} />}
        isPending={Boolean(pending[scopeKey()])}
        onPress={() => reconcileAll({ withSource: true })}
      >
        {t('action.reconcile')}
      </GuardedButton>
      {denied.reconcile ? (
        <GuardedIconButton
          variant="primary"
          className={styles.splitMore}
          denied={denied.reconcile}
          icon={<RiArrowDownSLine size={16} />}
          aria-label={more}
        />
      ) : (
        <MenuTrigger>
          <ButtonIcon
            className={styles.splitMore}
            icon={<RiArrowDownSLine size={16} />}
            aria-label={more}
          />
          <Menu placement="bottom end">
            <MenuItem onAction={() => reconcileAll({ withSource: true })}>
              {t('action.withSource')}
            </MenuItem>
            <MenuItem onAction={() => reconcileAll({ withSource: false })}>
              {t('action.withoutSource')}
            </MenuItem>
            {reachable.length > 1 ? <MenuSeparator /> : null}
            {reachable.length > 1
              ? reachable.map(({ name }) => (
                  <MenuItem
                    key={name}
                    onAction={() =>
                      reconcileAll({ cluster: name, withSource: true })
                    }
                  >
                    {t('action.oneCluster', { cluster: name })}
                  </MenuItem>
                ))
              : null}
          </Menu>
        </MenuTrigger>
      )}
    </span>
  );
}
