import type { Explanation, Rule } from './types';

const TYPES: Record<string, string> = {
  numeric: 'a number',
  string: 'text',
  boolean: 'true or false',
  bool: 'true or false',
  map: 'a map',
  list: 'a list',
};

const field = (path: string) => path.replace(/^\./, '').slice(0, 120);

/** Words for what the API server says of one field; the object is named by the caller. */
function fieldProblem(text: string): string | undefined {
  const typed = /(\.[^\s:]+): expected (\w+)[^,]*, got/.exec(text);
  if (typed) return `${field(typed[1])} must be ${TYPES[typed[2]] ?? typed[2]}`;
  const unknown = /(\.[^\s:]+): field not declared in schema/.exec(text);
  if (unknown) return `${field(unknown[1])} is not a known field`;
  const invalid = /invalid: (?:\[)?([\w.[\]"'/-]+): (.*)/s.exec(text);
  if (!invalid) return undefined;
  const [, path, why] = invalid;
  if (/field is immutable/.test(why)) {
    return `${field(path)} cannot change once it is created`;
  }
  if (/^Required value/.test(why)) return `${field(path)} is missing`;
  const least = /must be greater than or equal to (-?\d+)/.exec(why);
  if (least) return `${field(path)} must be ≥ ${least[1]}`;
  const most = /must be less than or equal to (-?\d+)/.exec(why);
  if (most) return `${field(path)} must be ≤ ${most[1]}`;
  const supported =
    /^Unsupported value: .*?supported values: ([^\n]{1,120})/.exec(why);
  if (supported) return `${field(path)} must be one of ${supported[1]}`;
  const plain = /^Invalid value: (?:"[^"]*"|[^:]*): ([^\n,[]{3,160})/.exec(why);
  return plain
    ? `${field(path)}: ${plain[1].trim()}`
    : `${field(path)} is not valid`;
}

function named(object: string, problem: string): Explanation {
  return {
    short: problem,
    detail: `${object}: ${problem}`,
    sentence: `${object}: ${problem}.`,
    remedy: /cannot change once/.test(problem)
      ? 'Undo the change in Git, or delete the object so that Flux creates it anew.'
      : `Correct ${object} in Git; Flux applies the next commit by itself.`,
  };
}

const OBJECT =
  '([A-Z]\\w+)/(?:[\\w.:-]+/)?([\\w.:-]+) (?:dry-run failed|apply failed|namespace not specified)';
const TYPED =
  'failed to create typed patch object \\((?:[^/;)]*/)?([^;)]+);[^)]*Kind=(\\w+)\\)';

/** What the API server refuses: Kustomizations and HelmReleases. */
export const applyRules: Rule[] = [
  {
    test: new RegExp(`${TYPED}:? ?(.*)`, 's'),
    words: m =>
      named(
        `${m[2]}/${m[1].trim()}`,
        fieldProblem(m[3]) ?? 'a field has the wrong type',
      ),
  },
  {
    test: /User "(?:system:serviceaccount:([\w.-]+):([\w.-]+)|([^"]+))" cannot (\w+) resource "([\w.-]+)"(?: in API group "[^"]*")?(?: in the namespace "([\w.-]+)")?/,
    words: m => {
      const who = m[2] ? `ServiceAccount ${m[2]}` : `User ${m[3]}`;
      const where = m[6] ? ` in namespace ${m[6]}` : '';
      return {
        short: `${who} may not ${m[4]} ${m[5]}`,
        sentence: `${who} may not ${m[4]} ${m[5]}${where}.`,
        remedy: `Give ${who} the right to ${m[4]} ${m[5]}${where}, or keep the object out of what it applies.`,
      };
    },
  },
  {
    test: /no matches for kind "([\w.]+)" in version "([\w./-]+)"/,
    words: m => ({
      short: `the cluster does not know ${m[1]}`,
      sentence: `The cluster does not know the kind ${m[1]} (${m[2]}): its definition is not installed.`,
      remedy: `Install the CustomResourceDefinition of ${m[1]} first, e.g. by a Kustomization that this one depends on.`,
    }),
  },
  {
    test: /namespaces? "?([\w.-]+)"? not found/,
    words: m => ({
      short: `namespace ${m[1]} does not exist`,
      sentence: `The namespace ${m[1]} does not exist.`,
      remedy: `Create the namespace ${m[1]} before, or add it to what is applied.`,
    }),
  },
  {
    // A webhook's refusal, or that of a ValidatingAdmissionPolicy
    test: /(?:admission webhook "|ValidatingAdmissionPolicy ')([\w.-]+)["'](?: with binding '[\w.-]+')? denied (?:the )?request:? ?(.*)/s,
    words: m => {
      const why = m[2].split('\n')[0].slice(0, 200).trim();
      return {
        short: 'refused by a policy of the cluster',
        sentence: `The policy ${m[1]} of the cluster refuses it${
          why ? `: ${why.replace(/\.$/, '')}` : ''
        }.`,
        remedy: 'Change the manifest so that it meets the policy.',
      };
    },
  },
  {
    test: /failed calling webhook "([\w.-]+)"/,
    words: m => ({
      short: 'a webhook of the cluster does not answer',
      sentence: `The webhook ${m[1]} of the cluster does not answer.`,
      remedy: 'This is for those who run the cluster; Flux tries again.',
    }),
  },
  {
    test: /exceeded quota: ([\w.-]+)/,
    words: m => ({
      short: 'the quota is used up',
      sentence: `The quota ${m[1]} of the namespace is used up.`,
      remedy: 'Ask for less, or have the quota raised.',
    }),
  },
  {
    test: new RegExp(`${OBJECT}(.*)`, 's'),
    words: m =>
      named(
        `${m[1]}/${m[2]}`,
        fieldProblem(m[3]) ?? 'the API server refuses it',
      ),
  },
  {
    test: /([A-Z]\w+)(?:\.[\w.]+)? "([\w.:-]+)" is invalid:/,
    words: m =>
      named(`${m[1]}/${m[2]}`, fieldProblem(m.input) ?? 'it is not valid'),
  },
];
