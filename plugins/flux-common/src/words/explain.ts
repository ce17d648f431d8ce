import type { Projection } from '../projection/types';
import { applyRules } from './apply';
import { buildRules } from './build';
import { dependencyRules } from './dependencies';
import { remoteRules } from './git';
import { imageRules } from './images';
import { kustomizeRules } from './kustomize';
import type { Explanation, Rule } from './types';

// Helm and health messages carry another message inside, so what is particular comes first and what
// any server may say comes last.
const rules: Rule[] = [
  ...dependencyRules.slice(0, 2),
  ...imageRules,
  ...buildRules.slice(0, 3),
  ...kustomizeRules,
  ...applyRules,
  ...dependencyRules.slice(2),
  ...buildRules.slice(3),
  ...remoteRules,
];

/** What is left when no rule knows a message: its first sentence, without Go's and the disk's names. */
function tidy(raw: string): string {
  const text = raw
    .split('\n')[0]
    .replace(/(?:stat |open )?\/(?:tmp|var|private)\/\S*/g, 'a file')
    .replace(/rpc error: code = \w+ desc = /g, '')
    .replace(/\b[\w.]+\.[A-Z]\w*Error\b:? ?/g, '')
    .replace(/\b0x[0-9a-f]+\b/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.:,;]+$/, '');
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

/**
 * Says a raw message in plain words. What is not known is shortened, never dropped.
 *
 * @public
 */
export function explainMessage(
  raw: string,
  projection: Projection,
): Explanation {
  for (const { test, words } of rules) {
    const match = test.exec(raw);
    if (match) return words(match, projection);
  }
  const text = tidy(raw);
  if (!text) {
    return { short: '', sentence: 'Flux gives no reason.' };
  }
  const short = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  return {
    short,
    detail: text,
    sentence: `${text[0].toUpperCase()}${text.slice(1)}${
      text.endsWith('…') ? '' : '.'
    }`,
  };
}
