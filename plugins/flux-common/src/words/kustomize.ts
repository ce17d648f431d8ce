import type { Rule } from './types';

const remedy = 'Correct it in Git; Flux takes the next commit by itself.';

/** The file that a message is about, as it is called in the repository. */
function file(text: string): string | undefined {
  return (
    /kustomization-\d+\/([\w./-]+\.\w+)/.exec(text)?.[1] ??
    /accumulating resources from '([^'\s]+)'/.exec(text)?.[1] ??
    / in File: (\S+)/.exec(text)?.[1] ??
    /failed: ([\w./-]+\.ya?ml):/.exec(text)?.[1]
  );
}

function about(text: string, what: string, detail = '') {
  const name = file(text);
  return {
    short: `${name ?? 'a file'} ${what}`,
    sentence: `${name ? `The file ${name}` : 'A file'} ${what}${detail}.`,
    remedy,
  };
}

/** What kustomize says of files, innermost problem first. */
export const kustomizeRules: Rule[] = [
  {
    test: /(?:^|\s)yaml: (?:line (\d+): )?([^\n']{1,160})/,
    words: m =>
      about(
        m.input,
        'is not valid YAML',
        `${m[1] && m[1] !== '0' ? `, line ${m[1]}` : ''}: ${m[2]
          .split(' in File:')[0]
          .trim()
          .replace(/[.:]+$/, '')}`,
      ),
  },
  {
    test: /Object '(Kind|apiVersion)' is missing/,
    words: m =>
      about(
        m.input,
        `has an object without ${
          m[1].toLowerCase() === 'kind' ? 'kind' : 'apiVersion'
        }`,
      ),
  },
  {
    test: /missing metadata\.name/,
    words: m => about(m.input, 'has an object without a name'),
  },
  {
    test: /cannot unmarshal \w+ into Go value/,
    words: m => about(m.input, 'holds no Kubernetes object'),
  },
  {
    test: /may not add resource with an already registered id: (\S+)/,
    words: m => ({
      short: 'an object is defined twice',
      sentence: `The object ${m[1].replace(
        /^([A-Za-z]+)\..*?\/([^/.]+)\..*$/,
        '$1/$2',
      )} is defined twice.`,
      remedy,
    }),
  },
  {
    test: /no (?:resource )?matches (?:for )?(?:strategic merge patch|Id|target) ?"?([\w-]+)?/,
    words: m => ({
      short: 'a patch matches no object',
      sentence: `A patch${m[1] ? ` of ${m[1]}` : ''} matches no object.`,
      remedy,
    }),
  },
  {
    test: /unable to find one of 'kustomization\.yaml'/,
    words: () => ({
      short: 'a folder has no kustomization.yaml',
      sentence:
        'A folder that is named as a resource has no kustomization.yaml.',
      remedy,
    }),
  },
  {
    test: /accumulating resources from '([^'\s]+)'/,
    words: m => ({
      short: `${m[1]} cannot be read`,
      detail: `kustomization.yaml names ${m[1]}, which cannot be read`,
      sentence: `kustomization.yaml names ${m[1]}, which cannot be read.`,
      remedy,
    }),
  },
];
