import { z } from 'zod';
import { describeExpected, keysAt } from './describeSchema';

/** `a.b[0].c`. */
export function formatPath(path: PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') {
      return `${text}[${part}]`;
    }
    return text ? `${text}.${String(part)}` : String(part);
  }, '');
}

/** Where data differs from a schema, and what is expected there. */
export function describeIssue(
  schema: z.ZodType,
  data: unknown,
  issue: z.core.$ZodIssue,
): { path: PropertyKey[]; text: string } {
  if (issue.code === 'unrecognized_keys') {
    const [unknown] = issue.keys;
    const known = keysAt(schema, issue.path).sort().join(', ');
    return {
      path: [...issue.path, unknown],
      text: `unknown key '${unknown}', expected one of ${known}`,
    };
  }
  const expected = describeExpected(schema, issue.path) ?? issue.message;
  const value = valueAt(data, issue.path);
  const got =
    value === undefined ? 'it is missing' : `got ${show(issue.path, value)}`;
  return { path: issue.path, text: `expected ${expected}, ${got}` };
}

function valueAt(data: unknown, path: PropertyKey[]): unknown {
  return path.reduce<any>((value, part) => value?.[part], data);
}

function show(path: PropertyKey[], value: unknown): string {
  // The line goes to logs
  if (/token|secret|password|key$/i.test(String(path.at(-1)))) {
    const type = Array.isArray(value) ? 'list' : typeof value;
    return `a ${type} that is not shown`;
  }
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
