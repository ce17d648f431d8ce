import { RiCloseLine } from '@remixicon/react';
import { ButtonIcon } from '@backstage/ui';
import clsx from 'clsx';
import { ReactNode } from 'react';
import { presentations, ShownState, useFluxTranslation } from '../../lib';
import styles from './common.module.css';
import tokens from './tokens.module.css';

/** Says what went wrong at the place where it did. */
export function Notice(props: {
  state: ShownState;
  children: ReactNode;
  onDismiss?: () => void;
}) {
  const t = useFluxTranslation();
  const { icon: Icon, tone } = presentations[props.state];
  return (
    <div role="alert" className={clsx(tokens[tone], styles.notice)}>
      <Icon aria-hidden="true" size={18} className={styles.noticeIcon} />
      <div className={styles.noticeText}>{props.children}</div>
      {props.onDismiss && (
        <ButtonIcon
          variant="tertiary"
          icon={<RiCloseLine />}
          aria-label={t('action.dismiss')}
          onPress={props.onDismiss}
        />
      )}
    </div>
  );
}
