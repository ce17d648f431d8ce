import { FluxEntityView } from '@backstage-flux/plugin-flux-common';
import { useFluxTranslation } from '../../lib';
import { FluxEntity } from '../../store';
import { isLost } from '../cluster';
import { LiveMark } from '../common';
import styles from './Bar.module.css';

/** Whether what is shown is what is true now, and of how many clusters. */
export function LiveStatus(props: { flux: FluxEntity; view: FluxEntityView }) {
  const t = useFluxTranslation();
  const { flux, view } = props;
  const all = view.clusters.length;
  const reachable = view.clusters.filter(each => !isLost(each)).length;
  return (
    <span className={styles.live}>
      <LiveMark
        flux={flux}
        about={
          reachable === all
            ? t('live.clusters', { count: all })
            : t('live.partly', {
                reachable: String(reachable),
                all: String(all),
              })
        }
        blind={all > 0 && reachable === 0}
      />
    </span>
  );
}
