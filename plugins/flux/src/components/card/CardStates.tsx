import { FluxEntityView } from '@backstage-flux/plugin-flux-common';
import { useRouteRef } from '@backstage/frontend-plugin-api';
import { Skeleton } from '@backstage/ui';
import { RiRefreshLine } from '@remixicon/react';
import { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { errorText, requestId, useFluxTranslation } from '../../lib';
import { templatesRouteRef } from '../../routes';
import { common, GuardedButton } from '../common';
import { useDelayed } from '../states/useDelayed';
import styles from './FluxCard.module.css';

/** The card's shape while the first view is on its way. */
export function CardSkeleton() {
  const t = useFluxTranslation();
  const due = useDelayed();
  return (
    <>
      <div
        className={styles.answer}
        role={due ? 'status' : undefined}
        aria-label={due ? t('loading') : undefined}
      >
        {due && <Skeleton className={common.bone} width="55%" height={20} />}
        {due && <Skeleton className={common.bone} width="80%" height={14} />}
      </div>
      {due && (
        <ul className={styles.rows}>
          {['45%', '40%'].map(width => (
            <li key={width}>
              <Skeleton className={common.bone} width={width} height={14} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Nothing deploys the entity yet. */
export function CardEmpty(props: {
  name: string;
  empty: NonNullable<FluxEntityView['empty']>;
}) {
  const t = useFluxTranslation();
  const create = useRouteRef(templatesRouteRef);
  const { name, empty } = props;
  return (
    <Message
      title={t(empty.annotated ? 'empty.notMatchingTitle' : 'empty.title', {
        name,
      })}
    >
      {empty.annotated ? (
        <p>{t('empty.notMatchingText')}</p>
      ) : (
        <p>{t('empty.text')}</p>
      )}
      {empty.annotated && (
        <pre className={`${common.mono} ${styles.example}`}>
          {empty.example}
        </pre>
      )}
      {!empty.annotated && create && (
        <Link className={common.linkButton} to={create()}>
          {t('empty.create')}
        </Link>
      )}
    </Message>
  );
}

/** The reader lacks a permission; no number leaks. */
export function CardDenied({ permission }: { permission: string }) {
  const t = useFluxTranslation();
  return (
    <Message title={t('error.deniedTitle')}>
      <p>
        {t('error.denied', {
          permission: <code className={common.mono}>{permission}</code>,
        })}
      </p>
    </Message>
  );
}

/** The backend did not answer, and nothing is known from before. */
export function CardError(props: { error: Error; onRetry: () => void }) {
  const t = useFluxTranslation();
  const id = requestId(props.error);
  return (
    <Message title={t('error.title')} role="alert">
      <p>{t('error.text', { message: errorText(props.error) })}</p>
      {id && <p className={common.mono}>{t('error.requestId', { id })}</p>}
      <GuardedButton
        iconStart={<RiRefreshLine size={16} />}
        onPress={props.onRetry}
      >
        {t('error.again')}
      </GuardedButton>
    </Message>
  );
}

function Message(props: {
  title: string;
  role?: 'alert';
  children: ReactNode;
}) {
  return (
    <div className={styles.message} role={props.role}>
      <h3>{props.title}</h3>
      {props.children}
    </div>
  );
}
