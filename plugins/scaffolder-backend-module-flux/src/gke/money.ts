import type { Money } from './CostEstimate';

/** Rounds to cents, so that a table adds up to what stands below it. */
export const cents = (amount: number): number => Math.round(amount * 100) / 100;

/** US dollars as a page shows them, e.g. `1,234.50`. */
export const money = (amount: number): Money =>
  // Nothing is not less than nothing
  (cents(amount) || 0).toLocaleString('en-US', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
