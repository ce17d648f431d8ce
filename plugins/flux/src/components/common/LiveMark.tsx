import { Button, Tooltip, TooltipTrigger } from '@backstage/ui';
import clsx from 'clsx';
import { errorText, formatClock, useFluxTranslation } from '../../lib';
import { FluxEntity } from '../../store';
import common from './common.module.css';
import styles from './LiveMark.module.css';
import tokens from './tokens.module.css';

/** Whether what is shown is what is true now; when it may not be, why, and a way to ask now. */
export function LiveMark(props: {
  flux: FluxEntity;
  /** Said after the word. */
  about?: string;
  /** Whether nothing can be live, whatever the connection to the backend. */
  blind?: boolean;
}) {
  const t = useFluxTranslation();
  const { flux, about, blind } = props;
  const { freshness, error } = flux;
  const live = isLive(flux);
  const content = (
    <span className={styles.live}>
      <span
        className={clsx(
          tokens.ok,
          styles.dot,
          (!live || blind) && styles.hollow,
        )}
        aria-hidden="true"
      />
      <span>
        {word()}
        {about && ` · ${about}`}
      </span>
    </span>
  );
  if (live) {
    return content;
  }
  return (
    <TooltipTrigger delay={0}>
      <Button
        variant="tertiary"
        className={clsx(common.button, styles.button)}
        onPress={flux.refresh}
      >
        {content}
      </Button>
      <Tooltip>
        {why()} {t('live.tryNow')}
      </Tooltip>
    </TooltipTrigger>
  );

  function word() {
    if (live) {
      return t('live.live');
    }
    if (freshness === 'stale' && flux.asOf !== undefined) {
      return t('live.stale', { time: formatClock(flux.asOf) });
    }
    return t(freshness === 'polling' ? 'live.polling' : 'live.reconnecting');
  }

  function why() {
    if (freshness === 'polling') {
      return t('live.pollingWhy');
    }
    // Browsers say of a network that fails what helps nobody, e.g. “Failed to fetch”
    return error && error.name !== 'TypeError'
      ? t('live.lost', { error: errorText(error) })
      : t('live.lostBare');
  }
}

/** Whether there is nothing to say about how current an entity's view is. */
export function isLive({ freshness }: FluxEntity): boolean {
  return freshness === 'live' || freshness === 'loading';
}
