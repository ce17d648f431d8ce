import { InputError } from '@backstage/errors';
import { KUBERNETES_LABEL_SELECTOR_ANNOTATION } from './annotations';

/**
 * One requirement of a label selector.
 *
 * @public
 */
export interface Requirement {
  key: string;
  operator: 'in' | 'notin' | 'exists' | 'absent';
  values: string[];
}

const KEY = '[A-Za-z0-9][\\w./-]*';
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s+\\(([^()]*)\\)$`);
const EQUAL = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*([\\w.-]*)$`);
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);

/**
 * Reads a label selector as kubectl writes it: `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
 *
 * @throws `InputError` that names the requirement that cannot be read.
 * @public
 */
export function parseSelector(text: string): Requirement[] {
  return text
    .split(/,(?![^(]*\))/)
    .map(part => part.trim())
    .filter(Boolean)
    .map(part => {
      const set = SET.exec(part);
      if (set) {
        return {
          key: set[1],
          operator: set[2] as 'in' | 'notin',
          values: set[3].split(',').map(v => v.trim()),
        };
      }
      const equal = EQUAL.exec(part);
      if (equal) {
        return {
          key: equal[1],
          operator: equal[2] === '!=' ? 'notin' : 'in',
          values: [equal[3]],
        };
      }
      const exists = EXISTS.exec(part);
      if (exists) {
        return {
          key: exists[2],
          operator: exists[1] ? 'absent' : 'exists',
          values: [],
        };
      }
      throw new InputError(
        `The part '${part.slice(
          0,
          120,
        )}' of the annotation ${KUBERNETES_LABEL_SELECTOR_ANNOTATION} is not a label requirement; expected e.g. app=orders`,
      );
    });
}

/**
 * Whether labels meet all requirements. As in Kubernetes, `notin` is met where the label is absent.
 *
 * @public
 */
export function matchesSelector(
  labels: Record<string, string>,
  requirements: Requirement[],
): boolean {
  return requirements.every(({ key, operator, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (operator) {
      case 'in':
        return value !== undefined && values.includes(value);
      case 'notin':
        return value === undefined || !values.includes(value);
      case 'exists':
        return value !== undefined;
      default:
        return value === undefined;
    }
  });
}
