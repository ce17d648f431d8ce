import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import { isForbidden } from '../../lib';
import { FluxActionsProvider, useCanRead, useFluxEntity } from '../../store';
import { SuspendDialogProvider } from '../actions/SuspendDialog';
import { tokens } from '../common';
import { DeniedState } from '../states/DeniedState';
import { EmptyState } from '../states/EmptyState';
import { ErrorState } from '../states/ErrorState';
import { TabSkeleton } from '../states/TabSkeleton';
import { Announcements } from './Announcements';
import { FluxTabContent } from './FluxTabContent';
import styles from './FluxTab.module.css';

/** The entity's Flux tab. */
export function FluxTab() {
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const read = useCanRead(entityRef);
  const flux = useFluxEntity(entityRef, { enabled: read.allowed });

  return (
    <div className={`${tokens.tokens} ${styles.container}`}>
      <div className={styles.tab}>{content()}</div>
    </div>
  );

  function content() {
    const { view, error } = flux;
    const denied = !read.loading && !read.allowed;
    if (denied || isForbidden(error)) {
      return <DeniedState permission={read.permission} />;
    }
    if (!view) {
      return error ? (
        <ErrorState error={error} onRetry={flux.refresh} />
      ) : (
        <TabSkeleton />
      );
    }
    const { name, title } = entity.metadata;
    return (
      <FluxActionsProvider entityRef={entityRef} onActed={flux.refresh}>
        <SuspendDialogProvider>
          <Announcements flux={flux} />
          {view.empty && view.clusters.length === 0 ? (
            <EmptyState name={title ?? name} empty={view.empty} />
          ) : (
            <FluxTabContent flux={flux} view={view} name={title ?? name} />
          )}
        </SuspendDialogProvider>
      </FluxActionsProvider>
    );
  }
}
