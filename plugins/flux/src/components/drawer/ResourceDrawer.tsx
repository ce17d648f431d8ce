import {
  FluxEntityView,
  ResourceView,
} from '@backstage-flux/plugin-flux-common';
import { Dialog } from '@backstage/ui';
import { findById, useFluxTranslation } from '../../lib';
import { tokens } from '../common';
import { DrawerContent } from './DrawerContent';
import { DrawerHead } from './DrawerHead';
import { useDrawer } from './useDrawer';
import styles from './ResourceDrawer.module.css';

/** The object that the URL names, beside the page. Esc, the scrim and the cross close it. */
export function ResourceDrawer({ view }: { view: FluxEntityView }) {
  const { openId, close } = useDrawer();
  return (
    <Dialog
      isOpen={Boolean(openId)}
      onOpenChange={isOpen => !isOpen && close()}
      className={`${tokens.tokens} ${styles.drawer}`}
    >
      {openId && (
        <Drawer view={view} id={openId} resource={findById(view, openId)} />
      )}
    </Dialog>
  );
}

function Drawer(props: {
  view: FluxEntityView;
  id: string;
  resource?: ResourceView;
}) {
  const t = useFluxTranslation();
  const { view, id, resource } = props;
  if (resource) {
    return <DrawerContent view={view} resource={resource} />;
  }
  return (
    <>
      <DrawerHead title={t('drawer.goneTitle')} />
      <div className={styles.body}>
        <p>{t('drawer.gone', { id })}</p>
      </div>
    </>
  );
}
