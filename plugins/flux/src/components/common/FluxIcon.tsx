import styles from './common.module.css';

/** Two waves: what flows. */
export function FluxIcon() {
  return (
    <svg
      aria-hidden="true"
      width={18}
      height={18}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      className={styles.muted}
    >
      <path d="M3 9.5q4.5-6 9 0t9 0" />
      <path d="M3 16.5q4.5-6 9 0t9 0" />
    </svg>
  );
}
