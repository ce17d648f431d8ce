import { useSyncExternalStore } from 'react';
import { TranslationFunction } from './translate';

const TICK_MS = 10_000;

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach(each => each());
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Epoch milliseconds, the same for all that is on the page; ticks every ten seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    // A component that mounts after a quiet time must not start with the last tick of then.
    if (Date.now() - now >= TICK_MS) {
      now = Date.now();
    }
    return now;
  });
}

/** `40 s`, `12 min`, `2 h`, `34 d`: how long it has been since then. */
export function formatDuration(
  since: string,
  at: number,
  t: TranslationFunction,
): string {
  return formatSpan(at - Date.parse(since), t);
}

function formatSpan(ms: number, t: TranslationFunction): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) {
    return t('time.seconds', { n: String(seconds) });
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) {
    return t('time.minutes', { n: String(minutes) });
  }
  const hours = Math.round(minutes / 60);
  if (hours < 48) {
    return t('time.hours', { n: String(hours) });
  }
  return t('time.days', { n: String(Math.round(hours / 24)) });
}

/** `12 min ago`, or `just now` for the last few seconds and for clocks that are ahead. */
export function formatAgo(
  then: string,
  at: number,
  t: TranslationFunction,
): string {
  if (at - Date.parse(then) < 5_000) {
    return t('time.now');
  }
  return t('time.ago', { duration: formatDuration(then, at, t) });
}

/** `in 20 s`, or `just now` when it is due. */
export function formatIn(
  then: string,
  at: number,
  t: TranslationFunction,
): string {
  const ahead = Date.parse(then) - at;
  return ahead < 1_000
    ? t('time.now')
    : t('time.in', { duration: formatSpan(ahead, t) });
}

/** `12:03`: the one absolute time, for data that is old. */
export function formatClock(then: string | number): string {
  return new Intl.DateTimeFormat(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(then));
}
