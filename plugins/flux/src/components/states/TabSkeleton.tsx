import { Skeleton } from '@backstage/ui';
import { useFluxTranslation } from '../../lib';
import { common } from '../common';
import styles from './states.module.css';
import { useDelayed } from './useDelayed';

/** The tab's shape while the first view is on its way. */
export function TabSkeleton() {
  const t = useFluxTranslation();
  if (!useDelayed()) {
    return null;
  }
  return (
    <div role="status" aria-label={t('loading')} className={styles.skeleton}>
      <div className={styles.skeletonLine}>
        <Skeleton className={common.bone} width={140} height={16} />
        <Skeleton className={common.bone} width={380} height={32} />
      </div>
      <div className={`${common.card} ${styles.skeletonCard}`}>
        <div className={styles.skeletonLine}>
          <Skeleton className={common.bone} width={220} height={20} />
          <Skeleton className={common.bone} width={180} height={20} />
        </div>
        <Skeleton className={common.bone} width="100%" height={56} />
        <Skeleton className={common.bone} width="85%" height={28} />
      </div>
      <div className={`${common.card} ${styles.skeletonCard}`}>
        <Skeleton className={common.bone} width={220} height={20} />
      </div>
      <div className={`${common.card} ${styles.skeletonCard}`}>
        {[64, 52, 58, 46, 55].map(width => (
          <Skeleton
            className={common.bone}
            key={width}
            width={`${width}%`}
            height={16}
          />
        ))}
      </div>
    </div>
  );
}
