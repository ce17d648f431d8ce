import type { FluxEntityView } from '@backstage-flux/plugin-flux-common';
import { expect, test } from '@playwright/test';
import { normalise } from '../support/normalise';

const own = {
  prefix: 'e2e-abcd',
  cluster: 'staging',
  addresses: { '<registry>': '127.0.0.1:4111' },
};

/** A view with only what the rules look at. */
const view = (entityRef: string, resources: object[] = []) =>
  ({
    entityRef,
    clusters: [{ connection: {}, resources }],
  } as unknown as FluxEntityView);

const hash = '0123456789abcdef0123456789abcdef01234567';

for (const [text, expected] of [
  ['since 2026-11-22T23:15:02.123Z', 'since <time>'],
  [`main@sha1:${hash}`, 'main@sha1:<hash>'],
  ['committed 0123456, main@0123456', 'committed <hash>, main@<hash>'],
  [
    '127.0.0.1:4111/acme/e2e-abcd-greeter:main-0123456-1763852102',
    '<registry>/acme/<run>-greeter:main-<hash>-<commit time>',
  ],
  ['hello@0.1.0+0123456789ab', 'hello@0.1.0+<hash>'],
  ['hello 0.1.0+0123456', 'hello 0.1.0+<hash>'],
  ['staging//Pod/x', '<cluster>//Pod/x'],
  ['failed after 1m0.008s', 'failed after <duration>'],
]) {
  test(`an answer says ${expected} for ${text}`, () => {
    expect(normalise(view(text), own).entityRef).toBe(expected);
  });
}

test('an answer keeps what is the same each time', () => {
  const text =
    'found 2 tags; timeout of 1m0s; 2/2 ready; my-staging.v2; spec.replicas: expected numeric; 127.0.0.1:9';
  expect(normalise(view(text), own).entityRef).toBe(text);
});

test('an answer lists pods the same way whatever they are called', () => {
  const pods = (...states: string[]) =>
    normalise(
      view(
        '',
        states.map((state, i) => ({
          ref: { kind: 'Pod', name: `app-6c9f-${i}` },
          state,
        })),
      ),
      own,
    ).clusters[0].resources;
  expect(pods('waiting', 'failing')).toEqual(pods('failing', 'waiting'));
  expect(pods('waiting')[0].ref.name).toBe('app-<hash>-<id>');
});
