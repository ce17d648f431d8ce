import { RiLockLine } from '@remixicon/react';
import { useFluxTranslation } from '../../lib';
import { common } from '../common';
import { StatePanel } from './StatePanel';

/** What a reader without the permission sees: its name, and nothing else. */
export function DeniedState({ permission }: { permission: string }) {
  const t = useFluxTranslation();
  return (
    <StatePanel icon={RiLockLine} title={t('error.deniedTitle')}>
      <p>
        {t('error.denied', {
          permission: <code className={common.mono}>{permission}</code>,
        })}
      </p>
    </StatePanel>
  );
}
