import { ResourceView } from '@backstage-flux/plugin-flux-common';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  TextAreaField,
} from '@backstage/ui';
import { RiPauseLine } from '@remixicon/react';
import {
  createContext,
  FormEvent,
  ReactNode,
  useContext,
  useId,
  useMemo,
  useState,
} from 'react';
import { useFluxTranslation } from '../../lib';
import { useFluxActions } from '../../store';
import { GuardedButton, tokens } from '../common';
import styles from './SuspendDialog.module.css';

const MAX_REASON = 280;

interface SuspendDialogApi {
  /** Asks for the reason, then suspends. */
  open(resource: ResourceView): void;
}

const SuspendDialogContext = createContext<SuspendDialogApi | undefined>(
  undefined,
);

/** Opens the dialog of the surrounding {@link SuspendDialogProvider}. */
export function useSuspendDialog(): SuspendDialogApi {
  const dialog = useContext(SuspendDialogContext);
  if (!dialog) {
    throw new Error(
      'useSuspendDialog was called outside SuspendDialogProvider',
    );
  }
  return dialog;
}

/** Has one dialog for all rows and the drawer, so that a row that goes away does not take it along. */
export function SuspendDialogProvider({ children }: { children: ReactNode }) {
  const [resource, setResource] = useState<ResourceView>();
  const api = useMemo(() => ({ open: setResource }), []);
  return (
    <SuspendDialogContext.Provider value={api}>
      {children}
      {resource && (
        <SuspendDialog
          resource={resource}
          onClose={() => setResource(undefined)}
        />
      )}
    </SuspendDialogContext.Provider>
  );
}

function SuspendDialog(props: { resource: ResourceView; onClose: () => void }) {
  const t = useFluxTranslation();
  const { suspend, pending } = useFluxActions();
  const { resource, onClose } = props;
  const { cluster, kind, name } = resource.ref;
  const formId = useId();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    const text = reason.trim();
    if (text === '') {
      setError(t('suspendDialog.required'));
      return;
    }
    if (text.length > MAX_REASON) {
      setError(
        t('suspendDialog.tooLong', {
          max: String(MAX_REASON),
          n: String(text.length),
        }),
      );
      return;
    }
    await suspend(resource, text);
    // A failure is told at the object, like that of every other action.
    onClose();
  };

  return (
    <Dialog
      isOpen
      onOpenChange={isOpen => !isOpen && onClose()}
      width={520}
      className={tokens.tokens}
    >
      <DialogHeader>{t('suspendDialog.title', { kind, name })}</DialogHeader>
      <DialogBody>
        <form id={formId} onSubmit={onSubmit} className={styles.form}>
          <p>{t('suspendDialog.text', { cluster })}</p>
          <TextAreaField
            label={t('suspendDialog.reason')}
            value={reason}
            onChange={value => {
              setReason(value);
              setError(undefined);
            }}
            isInvalid={Boolean(error)}
            rows={2}
            // The reason is what the dialog is for.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
          />
          {error && (
            <p role="alert" className={`${tokens.bad} ${styles.error}`}>
              {error}
            </p>
          )}
        </form>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" onPress={onClose}>
          {t('suspendDialog.cancel')}
        </Button>
        <GuardedButton
          type="submit"
          form={formId}
          variant="primary"
          iconStart={<RiPauseLine size={16} />}
          isPending={pending[resource.id] === 'suspend'}
        >
          {t('suspendDialog.suspend')}
        </GuardedButton>
      </DialogFooter>
    </Dialog>
  );
}
