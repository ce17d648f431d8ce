import { formatAgo, useFluxTranslation, useNow } from '../../lib';

/** How long ago something was; the exact time is its tooltip. */
export function Ago(props: { time: string }) {
  const t = useFluxTranslation();
  const now = useNow();
  return (
    <time dateTime={props.time} title={new Date(props.time).toLocaleString()}>
      {formatAgo(props.time, now, t)}
    </time>
  );
}
