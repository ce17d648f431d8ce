import type { Projection } from '../projection/types';

/**
 * A raw message in plain words.
 *
 * @public
 */
export interface Explanation {
  /** A few words for a row. */
  short: string;
  /** One or two sentences. */
  sentence: string;
  /** Follows the colon of a cause's title; the short words unless given. */
  detail?: string;
  /** What a person can do about it. */
  remedy?: string;
  /** Set when nothing is broken: the object waits, and `short` says for what. */
  waits?: boolean;
  /** What the object cannot do, e.g. `can’t push`; left out where its kind says it. */
  verb?: string;
}

/** One form of message and its words. The first rule that matches wins. */
export interface Rule {
  test: RegExp;
  words: (match: RegExpExecArray, projection: Projection) => Explanation;
}

/** `a`, `a and b`, `a, b and 2 more`. */
export function enumerate(items: string[], max = 3): string {
  const unique = [...new Set(items)];
  if (unique.length <= 1) return unique[0] ?? '';
  if (unique.length > max) {
    return `${unique.slice(0, max - 1).join(', ')} and ${
      unique.length - max + 1
    } more`;
  }
  return `${unique.slice(0, -1).join(', ')} and ${unique[unique.length - 1]}`;
}
