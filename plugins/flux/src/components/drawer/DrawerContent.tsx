import {
  FluxEntityView,
  ResourceView,
} from '@backstage-flux/plugin-flux-common';
import { kindIcon, personName, useFluxTranslation } from '../../lib';
import { ActionFailureNotice } from '../actions/ActionFailureNotice';
import { Ago, common, Revision, StatusHeadline } from '../common';
import { DependsOn } from './DependsOn';
import { DrawerActions } from './DrawerActions';
import { DrawerHead } from './DrawerHead';
import { Fact, Facts } from './Facts';
import { StatusBox } from './StatusBox';
import styles from './ResourceDrawer.module.css';

/** What one object does, wants and waits for. */
export function DrawerContent(props: {
  view: FluxEntityView;
  resource: ResourceView;
}) {
  const t = useFluxTranslation();
  const { view, resource } = props;
  const { ref, status, version, wantedVersion, versionText } = resource;
  const Icon = kindIcon(ref.kind);
  return (
    <>
      <DrawerHead
        place={
          <>
            <Icon aria-hidden="true" size={16} />
            <span>{ref.kind}</span>
            <span>{ref.cluster}</span>
            <span>
              {ref.namespace
                ? t('drawer.namespace', { namespace: ref.namespace })
                : t('drawer.clusterScoped')}
            </span>
          </>
        }
        title={ref.name}
        state={<StatusHeadline status={status} />}
      >
        <DrawerActions resource={resource} />
      </DrawerHead>
      <div className={styles.body}>
        <ActionFailureNotice subject={resource.id} name={ref.name} />
        <StatusBox resource={resource} />
        {(version || wantedVersion || versionText) && (
          <Facts title={t('drawer.versions')}>
            {version && (
              <Fact name={t('drawer.has')}>
                <Revision revision={version} mono />
              </Fact>
            )}
            {wantedVersion && (
              <Fact name={t('drawer.wants')}>
                <Revision revision={wantedVersion} mono />
              </Fact>
            )}
            {versionText && (
              <Fact name={version ? t('drawer.image') : t('drawer.has')}>
                {versionText}
              </Fact>
            )}
          </Facts>
        )}
        <Facts title={t('drawer.schedule')}>
          {resource.lastReconciledAt && (
            <Fact name={t('drawer.reconciled')}>
              <Ago time={resource.lastReconciledAt} />
            </Fact>
          )}
          {resource.requestedAt && (
            <Fact name={t('drawer.requested')}>
              {resource.requestedBy ? (
                t('drawer.by', {
                  ago: <Ago time={resource.requestedAt} />,
                  who: personName(resource.requestedBy),
                })
              ) : (
                <Ago time={resource.requestedAt} />
              )}
            </Fact>
          )}
          {resource.createdAt && (
            <Fact name={t('drawer.created')}>
              <Ago time={resource.createdAt} />
            </Fact>
          )}
        </Facts>
        <DependsOn view={view} ids={resource.dependsOn} />
        {(status.reason || status.rawMessage) && (
          <Facts title={t('drawer.status')}>
            {status.reason && (
              <Fact name={t('drawer.reason')}>
                <code className={common.mono}>{status.reason}</code>
              </Fact>
            )}
            {status.since && (
              <Fact name={t('drawer.since')}>
                <Ago time={status.since} />
              </Fact>
            )}
            {status.rawMessage && (
              <Fact name={t('drawer.rawMessage')}>
                <pre className={`${common.mono} ${styles.raw}`}>
                  {status.rawMessage}
                </pre>
              </Fact>
            )}
          </Facts>
        )}
      </div>
    </>
  );
}
