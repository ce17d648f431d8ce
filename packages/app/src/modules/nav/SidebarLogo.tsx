import { Link, useSidebarOpenState } from '@backstage/core-components';
import { RiWaterFlashLine } from '@remixicon/react';
import styles from './SidebarLogo.module.css';

export const SidebarLogo = () => {
  const { isOpen } = useSidebarOpenState();

  return (
    <div className={styles.root}>
      <Link to="/" underline="none" className={styles.link} aria-label="Home">
        <RiWaterFlashLine size={28} aria-hidden />
        {isOpen && 'Backstage Flux'}
      </Link>
    </div>
  );
};
