import { Box } from '@backstage/ui';
import clsx from 'clsx';
import { ReactNode } from 'react';
import { StateIcon, tokens } from '../components/common';
import { presentations, ShownState } from '../lib';
import styles from './field.module.css';

/** What is around a field of a template's form. The form itself says below it what is wrong. */
export function Field(props: { children: ReactNode }) {
  return (
    <Box bg="neutral" className={clsx(tokens.tokens, styles.field)}>
      {props.children}
    </Box>
  );
}

/** What is known of a field's value; screen readers say it when it changes. */
export function FieldStatus(props: {
  lines: { key?: string; state?: ShownState; text: string }[];
}) {
  return (
    <div role="status" className={styles.lines}>
      {props.lines.map(({ text, key = text, state }) => (
        <div
          key={key}
          className={clsx(
            styles.line,
            state && presentations[state].tone === 'bad' && tokens.bad,
          )}
        >
          {state && <StateIcon state={state} />}
          <span>{text}</span>
        </div>
      ))}
    </div>
  );
}
