import { RiCloudOffLine, RiRefreshLine } from '@remixicon/react';
import { errorText, requestId, useFluxTranslation } from '../../lib';
import { common, GuardedButton } from '../common';
import { StatePanel } from './StatePanel';
import styles from './states.module.css';

/** The backend did not answer, and nothing is known from before. */
export function ErrorState(props: { error: Error; onRetry: () => void }) {
  const t = useFluxTranslation();
  const id = requestId(props.error);
  return (
    <StatePanel icon={RiCloudOffLine} title={t('error.title')} role="alert">
      <p>{t('error.text', { message: errorText(props.error) })}</p>
      {id && <p className={common.mono}>{t('error.requestId', { id })}</p>}
      <div className={styles.actions}>
        <GuardedButton
          iconStart={<RiRefreshLine size={16} />}
          onPress={props.onRetry}
        >
          {t('error.again')}
        </GuardedButton>
      </div>
    </StatePanel>
  );
}
