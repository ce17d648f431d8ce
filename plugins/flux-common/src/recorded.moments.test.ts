import type { ClusterView } from './api';
import { buildClusterView } from './entityView';
import { moment } from './__fixtures__/moments';
import { headline } from './__fixtures__/recordedWords';
import { parseEntitySelection } from './selection';

const now = '2026-11-22T18:10:00Z';
const APPS = 'kustomization:flux-system/apps';
const PAYMENTS =
  'kustomization:payments/payments, kustomization:payments/payments-images';

function at(state: string, resources: string): ClusterView {
  return buildClusterView({
    cluster: 'test',
    connection: { state: 'live', since: now },
    projections: moment(state),
    selection: parseEntitySelection({ 'fluxcd.io/resources': resources })!,
    now,
  })!;
}

// Moments whose Deployment was recorded, or for which there was none.
const moments: [string, string, string[]][] = [
  [
    'rolling-annotate',
    APPS,
    [
      'progressing: waiting until it is healthy',
      '–',
      'main-bbbbbbb',
      'Deployment web is rolling out',
      '–',
    ],
  ],
  [
    'done-annotate',
    APPS,
    ['upToDate', 'main-bbbbbbb', 'main-bbbbbbb', '–', '–'],
  ],
  [
    'rolling-webhook',
    APPS,
    [
      'progressing: waiting until it is healthy',
      '–',
      'main-ccccccc',
      'Deployment web is rolling out',
      '–',
    ],
  ],
  [
    'done-webhook',
    APPS,
    ['upToDate', 'main-ccccccc', 'main-ccccccc', '–', '–'],
  ],
  [
    'update-pending',
    APPS,
    [
      'suspended',
      'main-ccccccc',
      'main-ddddddd',
      'blocked: Resume ImageUpdateAutomation fleet first',
      'ImageUpdateAutomation fleet is suspended',
    ],
  ],
  [
    'push-refused',
    APPS,
    [
      'failing: the push was refused',
      'main-ccccccc',
      'main-ddddddd',
      'blocked: Repair ImageUpdateAutomation fleet first',
      'ImageUpdateAutomation fleet can’t push: the push was refused',
    ],
  ],
  [
    'push-recovered',
    APPS,
    [
      'updatePending: main-ccccccc → main-ddddddd',
      'main-ccccccc',
      'main-ddddddd',
      'Committed; Flux fetches and applies it next, within 10m',
      '–',
    ],
  ],
  [
    'waiting-first-image',
    PAYMENTS,
    [
      'waiting: for the first image',
      '–',
      '–',
      '–',
      '127.0.0.1:15000/acme/payments has no tags yet',
    ],
  ],
  [
    'first-image-running',
    PAYMENTS,
    ['upToDate', 'main-4289d46', 'main-4289d46', '–', '–'],
  ],
  [
    'older-rerun-ignored',
    PAYMENTS,
    ['upToDate', 'main-4289d46', 'main-4289d46', '–', '–'],
  ],
];

describe('what an entity’s headline says at a recorded moment', () => {
  it.each(moments)('%s', (state, entity, expected) => {
    expect(headline(at(state, entity))).toEqual(expected);
  });

  it('is the same in whatever order objects are read', () => {
    const objects = moment('first-image-running').all();
    const view = (projections: typeof objects) =>
      buildClusterView({
        cluster: 'test',
        connection: { state: 'live', since: now },
        projections,
        selection: parseEntitySelection({ 'fluxcd.io/resources': PAYMENTS })!,
        now,
      });
    const first = view(objects);
    expect(first!.resources.length).toBeGreaterThan(5);
    for (let i = 1; i < objects.length; i++) {
      const turned = [...objects.slice(i), ...objects.slice(0, i)];
      expect(view(turned.reverse())).toEqual(first);
    }
  });
});
