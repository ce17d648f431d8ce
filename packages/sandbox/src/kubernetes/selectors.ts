import type { KubernetesObject } from '../controllers/client';
import { badRequest } from './errors';

export type Predicate = (object: KubernetesObject) => boolean;

type Requirement = (labels: Record<string, string>) => boolean;

/** Splits at commas outside brackets: `a in (b,c),d!=e`. */
function splitTerms(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map(term => term.trim())
    .filter(Boolean);
}

function parseTerm(term: string): Requirement {
  const set = /^([^\s!=,()]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
  if (set) {
    const [, key, operator, list] = set;
    const values = list.split(',').map(value => value.trim());
    return operator === 'in'
      ? labels => key in labels && values.includes(labels[key])
      : labels => !(key in labels) || !values.includes(labels[key]);
  }
  const equality = /^([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)$/.exec(term);
  if (equality) {
    const [, key, operator, value] = equality;
    return operator === '!='
      ? labels => labels[key] !== value
      : labels => labels[key] === value;
  }
  const existence = /^(!?)\s*([^\s!=,()]+)$/.exec(term);
  if (existence) {
    const [, not, key] = existence;
    return labels => key in labels !== (not === '!');
  }
  throw badRequest(
    `unable to parse requirement: found '${term}', expected: in, notin, =, ==, !=, gt, lt`,
  );
}

/** Understands equality, set-based and existence requirements. */
export function parseLabelSelector(selector: string | undefined): Predicate {
  const requirements = splitTerms(selector ?? '').map(parseTerm);
  return object => {
    const labels = object.metadata.labels ?? {};
    return requirements.every(requirement => requirement(labels));
  };
}

const FIELDS_OF_ALL = ['metadata.name', 'metadata.namespace'];
const FIELDS_OF_KIND: Record<string, RegExp> = {
  Pod: /^(status\.phase|spec\.(nodeName|restartPolicy|schedulerName|serviceAccountName)|status\.podIP)$/,
  Event:
    /^(involvedObject\.(kind|namespace|name|uid|apiVersion|resourceVersion|fieldPath)|reason|reportingComponent|source|type)$/,
  Namespace: /^status\.phase$/,
  Node: /^spec\.unschedulable$/,
  Secret: /^type$/,
  ReplicaSet: /^status\.replicas$/,
  Job: /^status\.successful$/,
};

function fieldOf(object: KubernetesObject, path: string): string {
  let value: any = object;
  for (const part of path.split('.')) {
    value = value?.[part];
  }
  return value === undefined || value === null ? '' : String(value);
}

/** Field selectors select only by the fields that the API server indexes for the kind. */
export function parseFieldSelector(
  selector: string | undefined,
  kind: string,
): Predicate {
  const terms = splitTerms(selector ?? '').map(term => {
    const match = /^([^!=]+?)(==|=|!=)(.*)$/.exec(term);
    if (!match) {
      throw badRequest(
        `invalid selector: '${selector}'; can't understand '${term}'`,
      );
    }
    const [, path, operator, value] = match;
    if (!FIELDS_OF_ALL.includes(path) && !FIELDS_OF_KIND[kind]?.test(path)) {
      throw badRequest(
        `Unable to find "${kind}" that match label selector "", field selector "${selector}": field label not supported: ${path}`,
      );
    }
    return (object: KubernetesObject) =>
      (fieldOf(object, path) === value) === (operator !== '!=');
  });
  return object => terms.every(term => term(object));
}
