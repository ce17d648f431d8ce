import { FluxEntityView } from '@backstage-flux/plugin-flux-common';
import { Tooltip, TooltipTrigger, Button } from '@backstage/ui';
import clsx from 'clsx';
import { errorText, formatClock, useFluxTranslation } from '../../lib';
import { FluxEntity } from '../../store';
import { isLost } from '../cluster';
import { common, tokens } from '../common';
import styles from './Bar.module.css';

/** Whether what is shown is what is true now. */
export function LiveStatus(props: { flux: FluxEntity; view: FluxEntityView }) {
  const t = useFluxTranslation();
  const { flux, view } = props;
  const live = flux.freshness === 'live' || flux.freshness === 'loading';
  const all = view.clusters.length;
  const reachable = view.clusters.filter(each => !isLost(each)).length;
  const clusters =
    reachable === all
      ? t('live.clusters', { count: all })
      : t('live.partly', { reachable: String(reachable), all: String(all) });
  const word =
    flux.freshness === 'stale' && flux.asOf !== undefined
      ? t('live.stale', { time: formatClock(flux.asOf) })
      : t(live ? 'live.live' : 'live.reconnecting');
  const content = (
    <span className={styles.live}>
      <span
        className={clsx(
          tokens.ok,
          styles.dot,
          (!live || (all > 0 && reachable === 0)) && styles.hollow,
        )}
        aria-hidden="true"
      />
      {word} · {clusters}
    </span>
  );
  if (!flux.error) {
    return content;
  }
  return (
    <TooltipTrigger delay={0}>
      <Button
        variant="tertiary"
        className={clsx(common.button, styles.liveButton)}
        onPress={flux.refresh}
      >
        {content}
      </Button>
      <Tooltip>{t('live.lost', { error: errorText(flux.error) })}</Tooltip>
    </TooltipTrigger>
  );
}
