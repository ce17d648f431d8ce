import { ago } from '../ago';
import type { Projection } from '../projection/types';
import type { StatusScope } from './types';

const count = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`;

/** The few words beside `Up to date`: what a row can still say when nothing needs anyone. */
export function quietSummary(p: Projection, { now }: StatusScope): string {
  switch (p.ref.kind) {
    case 'ImageRepository':
      return p.image?.tagCount === undefined
        ? ''
        : count(p.image.tagCount, 'tag');
    case 'ImagePolicy':
      return p.image?.rule ?? '';
    case 'Pod':
      return p.pod?.restarts
        ? [count(p.pod.restarts, 'restart'), ago(p.pod.lastEndedAt, now)]
            .filter(Boolean)
            .join(', ')
        : 'no restarts';
    default:
      if (p.network)
        return p.network.ports ?? p.network.hosts?.join(', ') ?? '';
      if (p.workload?.ready !== undefined) {
        return p.workload.desired === 0
          ? 'scaled to zero'
          : `${p.workload.ready}/${p.workload.desired ?? 0} ready`;
      }
      return '';
  }
}
