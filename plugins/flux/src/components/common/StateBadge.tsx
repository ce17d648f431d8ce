import clsx from 'clsx';
import { ReactNode } from 'react';
import { presentations, ShownState, useFluxTranslation } from '../../lib';
import styles from './common.module.css';
import tokens from './tokens.module.css';

/** The icon of a state, in its colour; the word beside it is what names the state. */
export function StateIcon(props: { state: ShownState; size?: number }) {
  const { icon: Icon, tone } = presentations[props.state];
  return (
    <Icon
      aria-hidden="true"
      size={props.size ?? 16}
      className={clsx(
        tokens[tone],
        styles.icon,
        props.state === 'progressing' && styles.turning,
      )}
    />
  );
}

/** Icon and word of a state, always both. */
export function StateBadge(props: {
  state: ShownState;
  /** Instead of the state's word, e.g. `Failing for 12 min`. */
  children?: ReactNode;
  weight?: 'bold' | 'quiet';
  size?: number;
}) {
  const t = useFluxTranslation();
  const { tone } = presentations[props.state];
  const quiet = props.weight === 'quiet' && props.state === 'upToDate';
  return (
    <span
      className={clsx(
        tokens[tone],
        styles.state,
        props.weight === 'bold' && styles.stateBold,
        quiet && styles.stateQuiet,
      )}
    >
      <StateIcon state={props.state} size={props.size} />
      <span>{props.children ?? t(`state.${props.state}`)}</span>
    </span>
  );
}
