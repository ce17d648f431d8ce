import { useFluxTranslation } from '../../lib';
import { useFluxActions } from '../../store';
import { Notice } from '../common';
import styles from './ActionFailureNotice.module.css';

/** Why the last action on an object, a cluster or the entity did not work. */
export function ActionFailureNotice(props: {
  /** Resource id, or scope, whose failure is told here. */
  subject: string;
  /** What readers call it. */
  name: string;
}) {
  const t = useFluxTranslation();
  const { failures, dismiss } = useFluxActions();
  const failure = failures[props.subject];
  if (!failure) {
    return null;
  }
  return (
    <div className={styles.place}>
      <Notice state="failing" onDismiss={() => dismiss(props.subject)}>
        {t('action.failed', {
          action: t(`action.verb.${failure.action}`),
          name: props.name,
          error: failure.message,
        })}
      </Notice>
    </div>
  );
}
