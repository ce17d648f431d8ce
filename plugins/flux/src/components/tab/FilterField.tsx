import { SearchField } from '@backstage/ui';
import { useEffect, useRef } from 'react';
import { useFluxTranslation } from '../../lib';
import styles from './Bar.module.css';

/** Filters the tree; `/` leads here from anywhere on the page, Esc clears. */
export function FilterField(props: {
  value: string;
  onChange: (value: string) => void;
}) {
  const t = useFluxTranslation();
  const place = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (
        event.key === '/' &&
        !event.ctrlKey &&
        !event.metaKey &&
        !isTyping()
      ) {
        event.preventDefault();
        place.current?.querySelector('input')?.focus();
      }
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);

  return (
    <div ref={place} className={styles.filter}>
      <SearchField
        aria-label={t('filter.label')}
        aria-keyshortcuts="/"
        placeholder={t('filter.placeholder')}
        value={props.value}
        onChange={props.onChange}
      />
      {props.value === '' && (
        <kbd className={styles.key} aria-hidden="true">
          /
        </kbd>
      )}
    </div>
  );
}

// A slash is a slash where text is typed, and a dialog has keys of its own.
function isTyping(): boolean {
  return Boolean(
    document.activeElement?.closest(
      'input, textarea, select, [contenteditable="true"], [role="dialog"]',
    ),
  );
}
