import type { Projection } from '../projection/types';
import { fluxKinds, kindInfo } from '../kinds';
import type { Rule } from './types';

/** A folder as its spec names it; Flux's message has a path of its own disk. */
function folder(projection: Projection, found: string): string {
  return projection.applier?.path ?? projection.source?.chart ?? found;
}

function kindByPlural(group: string, plural: string): string | undefined {
  return fluxKinds.find(k => k.group === group && k.plural === plural)?.kind;
}

/** Fetching and building manifests and charts. */
export const buildRules: Rule[] = [
  {
    test: /kustomization path not found: (?:stat |path is not a directory: )\S*?kustomization-\d+\/([^\s:]+)/,
    words: (m, p) => ({
      short: `path ${folder(p, m[1])} not found`,
      detail: `the path ${folder(p, m[1])} does not exist in the source`,
      sentence: `The path ${folder(p, m[1])} does not exist in the source.`,
      remedy: `Create the folder in Git, or correct spec.path of ${p.ref.kind} ${p.ref.name}.`,
    }),
  },
  {
    test: /invalid chart reference: stat \S*?\/source\/(\S+?):/,
    words: (m, p) => ({
      short: `chart ${folder(p, m[1])} not found`,
      detail: `the chart ${folder(p, m[1])} does not exist in the source`,
      sentence: `The chart ${folder(p, m[1])} does not exist in the source.`,
      remedy: 'Create the chart in Git, or correct the chart’s path.',
    }),
  },
  {
    test: /no '([^']+)' chart with version matching '([^']+)' found|no chart version found for ([\w./-]+)/,
    words: m => ({
      short: 'no such chart version',
      sentence: m[1]
        ? `The repository has no version of chart ${m[1]} that matches ${m[2]}.`
        : `The repository has no matching version of chart ${m[3]}.`,
      remedy: 'Correct the chart’s name or version, or publish the chart.',
    }),
  },
  {
    test: /^([A-Z]\w+)\.([\w.]+) "([\w.-]+)" not found/,
    words: m => ({
      short: `${m[1]} ${m[3]} does not exist`,
      sentence: `${m[1]} ${m[3]} does not exist.`,
      remedy: `Create ${kindInfo(m[2], m[1])?.label ?? m[1]} ${
        m[3]
      }, or correct the reference to it.`,
    }),
  },
  {
    // As the API server says it: `gitrepositories.source.toolkit.fluxcd.io "orders" not found`.
    test: /\b([a-z]+)\.([\w.-]+\.fluxcd\.io) "([\w.-]+)" not found/,
    words: m => {
      const kind = kindByPlural(m[2], m[1]) ?? m[1];
      return {
        short: `${kind} ${m[3]} does not exist`,
        sentence: `${kind} ${m[3]} does not exist.`,
        remedy: `Create ${kind} ${m[3]}, or correct the reference to it.`,
      };
    },
  },
  {
    test: /failed to download archive/,
    words: () => ({
      short: 'the source’s artifact cannot be fetched',
      sentence:
        'The artifact of its source cannot be fetched inside the cluster.',
      remedy:
        'Reconcile the source; if it lasts, look at Flux’s source-controller.',
    }),
  },
  {
    test: /template uses removed '\.(\w+)' field/,
    words: m => ({
      short: `the commit message uses .${m[1]}`,
      sentence: `The template of the commit message uses .${m[1]}, which Flux no longer has.`,
      remedy: 'Use .Changed in spec.git.commit.messageTemplate.',
    }),
  },
  {
    test: /^(?:Source artifact not found|Source is not ready, artifact not found|artifact not found)/i,
    words: (_, p) => ({
      short: p.applier?.source
        ? `for ${p.applier.source.kind} ${p.applier.source.name}`
        : 'for its source',
      sentence: `${
        p.applier?.source
          ? `${p.applier.source.kind} ${p.applier.source.name}`
          : 'Its source'
      } has nothing to apply yet.`,
      waits: true,
    }),
  },
  {
    test: /^(\w+) '(?:[\w.-]+\/)?([\w.-]+)' is not ready: (?:latest generation of object has not been reconciled|(?:building|processing|reconcil)[^:]*$)/,
    words: m => ({
      short: `for ${m[1]} ${m[2]}`,
      sentence: `It waits for ${m[1]} ${m[2]}.`,
      waits: true,
    }),
  },
  {
    test: /^(\w+) '(?:[\w.-]+\/)?([\w.-]+)' is not ready$/,
    words: m => ({
      short: `for ${m[1]} ${m[2]}`,
      sentence: `It waits for ${m[1]} ${m[2]}.`,
      waits: true,
    }),
  },
  {
    test: /(?:post build failed|variable substitution failed).*?(?:variable not set[^"]*"?([\w-]+)"?)?$/s,
    words: m => ({
      short: 'a variable is not set',
      sentence: m[1]
        ? `The variable ${m[1]} of the manifests is not set.`
        : 'A variable of the manifests cannot be filled in.',
      remedy: 'Set the variable in postBuild, or give it a default.',
    }),
  },
  {
    test: /(?:decrypt|sops|age: no identity)/i,
    words: () => ({
      short: 'a secret cannot be decrypted',
      sentence: 'A secret in the source cannot be decrypted.',
      remedy: 'Check spec.decryption and the key that it names.',
    }),
  },
  {
    test: /secrets? "([\w.-]+)" not found|failed to get secret '(?:[\w.-]+\/)?([\w.-]+)'/i,
    words: m => ({
      short: `Secret ${m[1] ?? m[2]} does not exist`,
      sentence: `The Secret ${m[1] ?? m[2]} does not exist.`,
      remedy: `Create the Secret ${
        m[1] ?? m[2]
      }, or correct the reference to it.`,
    }),
  },
  {
    test: /configmaps? "([\w.-]+)" not found/i,
    words: m => ({
      short: `ConfigMap ${m[1]} does not exist`,
      sentence: `The ConfigMap ${m[1]} does not exist.`,
      remedy: `Create the ConfigMap ${m[1]}, or correct the reference to it.`,
    }),
  },
];
