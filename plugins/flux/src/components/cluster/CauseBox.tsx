import { Cause, ClusterView } from '@backstage-flux/plugin-flux-common';
import { RiGitCommitLine, RiLightbulbLine, RiPlayLine } from '@remixicon/react';
import clsx from 'clsx';
import { ReactNode, useId, useState } from 'react';
import { Link } from 'react-router-dom';
import {
  findByRef,
  presentations,
  useFluxTranslation,
  webUrl,
} from '../../lib';
import { useFluxActions } from '../../store';
import { Ago, common, GuardedButton, Revision, tokens } from '../common';
import { useDrawer } from '../drawer/useDrawer';
import styles from './CauseBox.module.css';

/** Why a cluster does not do what it should, and what can be done about it. */
export function CauseBox(props: { cluster: ClusterView; cause: Cause }) {
  const { cluster, cause } = props;
  const t = useFluxTranslation();
  const drawer = useDrawer();
  const actions = useFluxActions();
  const remedyId = useId();
  const [showRemedy, setShowRemedy] = useState(false);
  const { tone } = presentations[cause.state];
  const resource = findByRef(cluster, cause.ref);
  const commitUrl = webUrl(cause.revision?.url);
  const canResume = cause.state === 'suspended' && resource?.actions.resume;

  const facts: ReactNode[] = [];
  if (cause.revision) {
    facts.push(
      <span key="revision">
        {t('cluster.since')} <Revision revision={cause.revision} mono />
      </span>,
    );
  }
  if (cause.since) {
    facts.push(<Ago key="since" time={cause.since} />);
  }

  return (
    <div
      className={clsx(tokens[tone], styles.cause, showRemedy && styles.long)}
    >
      <div className={styles.text}>
        <h3 className={styles.title}>
          {resource ? (
            <Link className={styles.titleLink} to={drawer.linkTo(resource.id)}>
              {cause.title}
            </Link>
          ) : (
            cause.title
          )}
        </h3>
        {facts.length > 0 && (
          <p className={styles.facts}>
            {facts.map((fact, index) => (
              // The facts of a cause have a fixed order and no identity of their own.
              // eslint-disable-next-line react/no-array-index-key
              <span key={index}>{fact}</span>
            ))}
          </p>
        )}
        {cause.detail && <p className={styles.facts}>{cause.detail}</p>}
        {showRemedy && (
          <p id={remedyId} className={styles.remedy}>
            {cause.remedy}
          </p>
        )}
      </div>
      <div className={styles.actions}>
        {canResume && (
          <GuardedButton
            denied={actions.denied.resume}
            iconStart={<RiPlayLine size={16} />}
            isPending={actions.pending[resource.id] === 'resume'}
            onPress={() => actions.resume(resource)}
          >
            {t('action.resume')}
          </GuardedButton>
        )}
        {commitUrl && (
          <a
            className={common.linkButton}
            href={commitUrl}
            target="_blank"
            rel="noopener noreferrer"
          >
            <RiGitCommitLine aria-hidden="true" size={16} />
            {t('cluster.openCommit')}
          </a>
        )}
        {cause.remedy && (
          <GuardedButton
            iconStart={<RiLightbulbLine size={16} />}
            aria-expanded={showRemedy}
            aria-controls={showRemedy ? remedyId : undefined}
            onPress={() => setShowRemedy(!showRemedy)}
          >
            {t('cluster.howToFix')}
          </GuardedButton>
        )}
      </div>
    </div>
  );
}
