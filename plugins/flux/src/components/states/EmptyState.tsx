import { FluxEntityView } from '@backstage-flux/plugin-flux-common';
import { useRouteRef } from '@backstage/frontend-plugin-api';
import { RiCheckLine, RiFileCopyLine, RiStackLine } from '@remixicon/react';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { useFluxTranslation } from '../../lib';
import { templatesRouteRef } from '../../routes';
import { common, GuardedButton } from '../common';
import { StatePanel } from './StatePanel';
import styles from './states.module.css';

/** No cluster has an object of the entity: what to add, and where to start from nothing. */
export function EmptyState(props: {
  name: string;
  empty: NonNullable<FluxEntityView['empty']>;
}) {
  const t = useFluxTranslation();
  const create = useRouteRef(templatesRouteRef);
  const { name, empty } = props;
  const key = empty.annotated ? 'notMatching' : undefined;
  return (
    <StatePanel
      icon={RiStackLine}
      title={t(key ? 'empty.notMatchingTitle' : 'empty.title', { name })}
    >
      <p>{t(key ? 'empty.notMatchingText' : 'empty.text')}</p>
      <Example text={empty.example} />
      {create && !empty.annotated && (
        <div className={styles.actions}>
          <Link className={common.linkButton} to={create()}>
            {t('empty.create')}
          </Link>
        </div>
      )}
    </StatePanel>
  );
}

function Example({ text }: { text: string }) {
  const t = useFluxTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div className={styles.example}>
      <pre
        className={common.mono}
        aria-label={t('empty.annotation')}
        // A long line is scrolled, and what scrolls is reached by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        {text}
      </pre>
      {/* Clipboards exist only where the page was loaded securely. */}
      {navigator.clipboard && (
        <GuardedButton
          iconStart={
            copied ? <RiCheckLine size={16} /> : <RiFileCopyLine size={16} />
          }
          onPress={copy}
        >
          {t(copied ? 'empty.copied' : 'empty.copy')}
        </GuardedButton>
      )}
    </div>
  );
}
