import { COMMIT } from '../clusters/ChangeMaker';

export interface TabOptions {
  baseUrl: string;
  application: string;
  token: string;
}

/** A change that has arrived in a browser, in epoch milliseconds. */
export interface SeenChange {
  application: string;
  number: number;
  at: number;
}

/** A tab of a browser that shows what Flux does for an entity. */
export interface Tab {
  readonly seen: SeenChange[];
  /** What it has received, headers included. */
  readonly bytes: number;
  open(): Promise<void>;
  close(): void;
}

/** The changes that are told in a text. */
export function seenIn(
  application: string,
  text: string,
  at: number,
): SeenChange[] {
  const numbers = new Set(
    Array.from(text.matchAll(COMMIT), ([, number]) => parseInt(number, 16)),
  );
  return [...numbers].map(number => ({ application, number, at }));
}
