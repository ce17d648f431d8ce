import { FluxEntityView } from '@backstage-flux/plugin-flux-common';
import { useEffect, useRef, useState } from 'react';
import { TranslationFunction, useFluxTranslation } from '../../lib';
import { FluxEntity, Freshness } from '../../store';
import { common } from '../common';

interface Seen {
  view?: FluxEntityView;
  /** Whether updates have been away for longer than a hiccup, and are not back. */
  lost: boolean;
}

/** Tells screen readers, politely and once, when the state of a cluster or of the updates changes. */
export function Announcements({ flux }: { flux: FluxEntity }) {
  const t = useFluxTranslation();
  const seen = useRef<Seen>();
  const [text, setText] = useState('');
  const { view, freshness } = flux;

  useEffect(() => {
    const last = seen.current;
    const next = { view, lost: isLost(freshness, last?.lost ?? false) };
    seen.current = next;
    if (last) {
      const news = changes(last, next, t);
      if (news.length > 0) {
        setText(news.join('. '));
      }
    }
  }, [view, freshness, t]);

  return (
    <div role="status" aria-live="polite" className={common.visuallyHidden}>
      {text}
    </div>
  );
}

function isLost(freshness: Freshness, before: boolean): boolean {
  return freshness === 'reconnecting' || freshness === 'loading'
    ? before
    : freshness !== 'live';
}

function changes(last: Seen, next: Seen, t: TranslationFunction): string[] {
  const news: string[] = [];
  if (last.lost !== next.lost) {
    news.push(t(next.lost ? 'announce.lost' : 'announce.back'));
  }
  if (last.view !== next.view) {
    const before = statesOf(last.view, t);
    const after = statesOf(next.view, t);
    for (const [cluster, state] of after) {
      if (before.get(cluster) !== state) {
        news.push(t('announce.change', { cluster, state }));
      }
    }
    for (const cluster of before.keys()) {
      if (!after.has(cluster)) {
        news.push(t('announce.gone', { cluster }));
      }
    }
  }
  return news;
}

function statesOf(view: FluxEntityView | undefined, t: TranslationFunction) {
  return new Map(
    view?.clusters.map(each => [each.name, t(`state.${each.status.state}`)]),
  );
}
