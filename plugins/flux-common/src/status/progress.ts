import type { ProjectedCondition, Projection } from '../projection/types';
import { revisionView } from '../revisions';
import { condition, isTrue, said } from './make';
import type { ExplainedStatus } from './types';

// What Flux's controllers write into Reconciling while they work.
const STEPS: [RegExp, string][] = [
  [/^Fetching manifests/, 'fetching'],
  [/^Building manifests/, 'building'],
  [/^Detecting drift/, 'applying'],
  [/^Running health checks/, 'waiting until it is healthy'],
  [/^Running '(\w+)' action/, 'running $1'],
  [/^Fulfilling prerequisites/, 'preparing'],
  [/^building artifact/, 'fetching'],
  [/^scanning/, 'scanning'],
  [/^processing object/, 'starting'],
];

function step(text: string): string {
  for (const [test, words] of STEPS) {
    const match = test.exec(text);
    if (match) {
      return words
        .replace('$1', match[1] ?? '')
        .replace('running install', 'installing')
        .replace('running upgrade', 'upgrading')
        .replace('running rollback', 'rolling back')
        .replace('running test', 'testing')
        .replace('running uninstall', 'uninstalling');
    }
  }
  return 'reconciling';
}

/** What an object does now; Reconciling says more than Ready. */
export function doing(p: Projection, c: ProjectedCondition): ExplainedStatus {
  const from = isTrue(p, 'Reconciling') ? condition(p, 'Reconciling')! : c;
  const text = from.message ?? '';
  const does = step(text);
  const raw = /revision '?([^\s']+@?sha\d+:[0-9a-f]+|[^\s']+)'?/.exec(
    text,
  )?.[1];
  const revision = raw ? ` ${revisionView(raw).label}` : '';
  const words = /^(fetching|building|applying)$/.test(does)
    ? `${does}${revision}`
    : does;
  return said(
    'progressing',
    words,
    `${words[0].toUpperCase()}${words.slice(1)}.`,
    from,
  );
}
