import { stringifyEntityRef } from '@backstage/catalog-model';
import { useRouteRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { isForbidden, useFluxTranslation } from '../../lib';
import { fluxTabRouteRef } from '../../routes';
import { FluxEntity, useCanRead, useFluxEntity } from '../../store';
import { common, FluxIcon, isLive, LiveMark, tokens } from '../common';
import { CardAnswer } from './CardAnswer';
import { CardClusters } from './CardClusters';
import { CardDenied, CardEmpty, CardError, CardSkeleton } from './CardStates';
import styles from './FluxCard.module.css';

/** The overview card: whether the tab has to be opened at all. */
export function FluxCard() {
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const read = useCanRead(entityRef);
  const flux = useFluxEntity(entityRef, { enabled: read.allowed });
  const { view, error } = flux;
  const name = entity.metadata.title ?? entity.metadata.name;

  if ((!read.loading && !read.allowed) || isForbidden(error)) {
    return (
      <Frame>
        <CardDenied permission={read.permission} />
      </Frame>
    );
  }
  if (!view) {
    return (
      <Frame>
        {error ? (
          <CardError error={error} onRetry={flux.refresh} />
        ) : (
          <CardSkeleton />
        )}
      </Frame>
    );
  }
  if (view.empty) {
    return (
      <Frame details flux={flux}>
        <CardEmpty name={name} empty={view.empty} />
      </Frame>
    );
  }
  return (
    <Frame details flux={flux}>
      <CardAnswer view={view} />
      <CardClusters view={view} />
    </Frame>
  );
}

function Frame(props: {
  children: ReactNode;
  details?: boolean;
  /** Said only where it is not live: good is quiet. */
  flux?: FluxEntity;
}) {
  const t = useFluxTranslation();
  const { flux } = props;
  const tab = useRouteRef(fluxTabRouteRef);
  return (
    <section
      className={`${tokens.tokens} ${common.card} ${styles.card}`}
      aria-label={t('title')}
    >
      <div className={styles.sized}>
        <header className={styles.head}>
          <FluxIcon />
          <h2 className={styles.title}>{t('title')}</h2>
          {props.details && tab && (
            <Link className={`${common.link} ${styles.details}`} to={tab()}>
              {t('card.details')}
            </Link>
          )}
        </header>
        {flux && !isLive(flux) && (
          <div className={styles.live}>
            <LiveMark flux={flux} />
          </div>
        )}
        {props.children}
      </div>
    </section>
  );
}
