import {
  ChainStop,
  ResourceState,
  ResourceStatus,
} from '@backstage-flux/plugin-flux-common';
import {
  RemixiconComponentType,
  RiArrowUpCircleLine,
  RiCheckboxCircleLine,
  RiCloseCircleFill,
  RiCloudOffLine,
  RiIndeterminateCircleLine,
  RiLoader4Line,
  RiPauseCircleLine,
  RiQuestionLine,
  RiRecordCircleLine,
  RiSpamFill,
  RiTimeLine,
} from '@remixicon/react';
import { TranslationFunction } from './translate';
import { formatDuration } from './time';

/** A state of an object, or one of the two that only a chain's stop can have. */
export type ShownState = ResourceState | ChainStop['state'];

/** Which of the derived colours a state takes. */
export type Tone = 'ok' | 'info' | 'warn' | 'bad' | 'idle';

interface Presentation {
  icon: RemixiconComponentType;
  tone: Tone;
}

/** The look of each state; its word is `state.<name>` in the messages. */
export const presentations: Record<ShownState, Presentation> = {
  failing: { icon: RiCloseCircleFill, tone: 'bad' },
  stalled: { icon: RiSpamFill, tone: 'bad' },
  suspended: { icon: RiPauseCircleLine, tone: 'warn' },
  progressing: { icon: RiLoader4Line, tone: 'info' },
  updatePending: { icon: RiArrowUpCircleLine, tone: 'info' },
  waiting: { icon: RiTimeLine, tone: 'idle' },
  stale: { icon: RiCloudOffLine, tone: 'idle' },
  unknown: { icon: RiQuestionLine, tone: 'idle' },
  upToDate: { icon: RiCheckboxCircleLine, tone: 'ok' },
  running: { icon: RiRecordCircleLine, tone: 'idle' },
  notReached: { icon: RiIndeterminateCircleLine, tone: 'idle' },
};

const withDuration: ResourceState[] = ['failing', 'stalled', 'suspended'];

/**
 * The state as a headline says it: `Failing for 12 min`, `Waiting for the first image`.
 */
export function stateHeadline(
  status: ResourceStatus,
  now: number,
  t: TranslationFunction,
): string {
  const state = t(`state.${status.state}`);
  if (withDuration.includes(status.state) && status.since) {
    const duration = formatDuration(status.since, now, t);
    return t('state.forDuration', { state, duration });
  }
  if (status.state === 'waiting' && status.summary) {
    return `${state} ${status.summary}`;
  }
  return state;
}
