import { ResourceStatus } from '@backstage-flux/plugin-flux-common';
import { stateHeadline, useFluxTranslation, useNow } from '../../lib';
import { StateBadge } from './StateBadge';

/** A state as a headline: `Failing for 12 min`. */
export function StatusHeadline(props: {
  status: ResourceStatus;
  size?: number;
}) {
  const t = useFluxTranslation();
  const now = useNow();
  return (
    <StateBadge state={props.status.state} weight="bold" size={props.size}>
      {stateHeadline(props.status, now, t)}
    </StateBadge>
  );
}
