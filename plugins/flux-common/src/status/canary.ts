import type { Projection } from '../projection/types';
import { condition, said } from './make';
import type { ExplainedStatus } from './types';

/** Phases as Flagger writes them into `status.phase`. */
export function canaryStatus(p: Projection): ExplainedStatus {
  const c = condition(p, 'Promoted');
  const { phase, weight, failedChecks } = p.canary!;
  switch (phase) {
    case undefined:
      return said(
        'unknown',
        'no controller has looked at it yet',
        'No controller has looked at it yet.',
      );
    case 'Initialized':
    case 'Succeeded':
      return said('upToDate', '', '', c);
    case 'Failed':
      return {
        ...said(
          'failing',
          'rolled back',
          'The new version failed its checks and was rolled back.',
          c,
        ),
        explanation: {
          short: 'rolled back',
          detail: 'the new version failed its checks and was rolled back',
          sentence: 'The new version failed its checks and was rolled back.',
          remedy:
            'Look at the metrics of the failed checks, then publish a repaired version.',
          verb: 'can’t promote',
        },
      };
    case 'Waiting':
    case 'WaitingPromotion':
      return said(
        'waiting',
        'for approval',
        'The new version waits for approval.',
        c,
      );
    case 'Terminating':
    case 'Terminated':
      return said('progressing', 'being deleted', 'It is being deleted.', c);
    case 'Initializing':
      return said('progressing', 'starting', 'Flagger prepares it.', c);
    case 'Promoting':
    case 'Finalising':
      return said(
        'progressing',
        'promoting',
        'The new version passed its checks and takes over.',
        c,
      );
    default: {
      const share = weight ? `${weight} % of requests` : 'checking';
      return said(
        'progressing',
        failedChecks
          ? `${share}, ${failedChecks} failed ${
              failedChecks === 1 ? 'check' : 'checks'
            }`
          : share,
        weight
          ? `The new version gets ${weight} % of requests.`
          : 'The new version is being checked.',
        c,
      );
    }
  }
}
