import { enumerate, type Rule } from './types';

/** `Deployment/default/stuck status: 'Failed'` -> `Deployment/stuck`. */
export function healthTargets(text: string): { kind: string; name: string }[] {
  return [
    ...text.matchAll(/([A-Z]\w+)\/(?:[\w.:-]+\/)?([\w.:-]+) status: '/g),
  ].map(([, kind, name]) => ({ kind, name }));
}

/** Dependencies and health checks. */
export const dependencyRules: Rule[] = [
  {
    test: /dependency '(?:[\w.-]+\/)?([\w.-]+)' not found/,
    words: (m, p) => ({
      short: `${p.ref.kind} ${m[1]} does not exist`,
      detail: `it depends on ${p.ref.kind} ${m[1]}, which does not exist`,
      sentence: `It depends on ${p.ref.kind} ${m[1]}, which does not exist.`,
      remedy: `Create ${p.ref.kind} ${m[1]}, or take it out of spec.dependsOn.`,
    }),
  },
  {
    test: /dependency '(?:[\w.-]+\/)?([\w.-]+)' (?:is not ready|revision is not up to date)/,
    words: (m, p) => ({
      short: `for ${p.ref.kind} ${m[1]}`,
      sentence: `It waits until ${p.ref.kind} ${m[1]} is ready.`,
      waits: true,
    }),
  },
  {
    test: /health check failed after .*?|timeout waiting for: \[|failed early due to stalled resources/,
    words: m => {
      const targets = healthTargets(m.input);
      const what =
        enumerate(targets.map(t => `${t.kind}/${t.name}`)) || 'something';
      if (targets.length > 0 && targets.every(t => t.kind === 'ImagePolicy')) {
        return {
          short: 'for the first image',
          sentence: `No image has been published for ${what} yet.`,
          waits: true,
        };
      }
      const stalled = /failed early/.test(m.input);
      return {
        short: stalled
          ? `${what} gave up`
          : `${what} did not become ready in time`,
        sentence: stalled
          ? `It was applied, but ${what} gave up becoming ready.`
          : `It was applied, but ${what} did not become ready in time.`,
        remedy: `Look at the pods and events of ${what}.`,
        verb: 'is not healthy',
      };
    },
  },
  {
    test: /Failed to (\w+) after (\d+) attempt/,
    words: m => ({
      short: `gave up after ${m[2]} ${m[2] === '1' ? 'try' : 'tries'}`,
      sentence: `The ${m[1]} failed ${m[2]} ${
        m[2] === '1' ? 'time' : 'times'
      }; Flux does not try again by itself.`,
      remedy:
        'Correct the release in Git, or reconcile with force once the cause is gone.',
    }),
  },
];
