import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../client';
import {
  deployment,
  Fleet,
  recorded,
  startFleet,
} from '../__testUtils__/fleet';
import {
  recordedEvents,
  recordedManifests,
  recordedRun,
  REPLAYED_KINDS,
} from '../__testUtils__/recordings';
import {
  eventsOf,
  Sequence,
  sequencesOf,
  withoutRepeats,
} from '../__testUtils__/sequences';

jest.setTimeout(60_000);

// Then the minute of the Kustomizations' interval is over, and everything is looked at again.
const RUN_SECONDS = 130;
// Until the next scan by interval, and a few tries after it.
const SCAN_MS = 25_000;
const FIRST = 'main-4289d46-1795370674';
const OLDER = 'main-0000aaa-1795365674';

const ALL = [
  'gitrepository.payments',
  'imagerepository.payments',
  'imagepolicy.payments',
  'imageupdateautomation.payments',
  'kustomization.payments-images',
  'kustomization.payments',
];

/**
 * Whether a poll or the request for it sees a commit first is a race, on real Flux as well. What a request
 * of a GitRepository does is compared in the lifecycle runs.
 */
const withoutRequests = ({ conditions, revisions }: Sequence): Sequence => ({
  conditions: conditions.filter(
    ([first]) => !first.includes('Progressing: reconciliation in progress'),
  ),
  revisions: withoutRepeats(
    revisions.map(lines =>
      lines.filter(line => !line.startsWith('lastHandledReconcileAt')),
    ),
  ),
});

const comparable = (id: string) => (sequence: Sequence) => {
  const { conditions, revisions } = id.startsWith('GitRepository/')
    ? withoutRequests(sequence)
    : sequence;
  return { conditions: withoutRepeats(conditions), revisions };
};

const sequences = Object.entries(
  sequencesOf(recordedRun('first-image', RUN_SECONDS), recorded()),
).map(([id, sequence]): [string, Sequence] => [id, comparable(id)(sequence)]);

// When artifacts are old enough to go and how often nothing was new depends on the clock. And the
// real kustomize-controller takes back what `kubectl annotate` did to what it applies.
const OTHERS =
  /garbage collected|no changes since|ImageRepository.* configured/;

const lasts = (lines: string[] = []) =>
  lines.filter(line => !OTHERS.test(line));

describe('the first-image run', () => {
  let fleet: Fleet;
  const key = (kind: string, name = 'payments') =>
    fleet.key(kind, name, 'payments');
  const named = (text: string) =>
    fleet.toHere(text).replace(/orders/g, 'payments');
  const annotate = (kind: string) => fleet.world.reconcile(key(kind));

  const states = (state: string, isShort = false) =>
    fleet.states(
      ALL.map(name => `${state}.${name}`),
      { isShort },
    );

  beforeAll(async () => {
    fleet = await startFleet('payments', {});
    await fleet.repository.commit(
      {
        // Long enough for all that comes before the scan by interval, and much less than a minute.
        'deploy/images/images.yaml': recordedManifests('images', named).replace(
          'interval: 1m',
          'interval: 12s',
        ),
        'deploy/app/app.yaml': deployment('payments', 'default', 'app'),
        'deploy/app/kustomization.yaml': `resources: [app.yaml]
images:
  - name: app
    newName: ${fleet.registry.address}/acme/payments
    newTag: none # {"$imagepolicy": "payments:payments:tag"}
`,
      },
      'first',
    );
    const objects = parseAllDocuments(
      recordedManifests('enrolment', named),
    ).map((document): KubernetesObject => document.toJS());
    await fleet.world.apply(
      ...objects.map(object =>
        object.kind === 'GitRepository'
          ? { ...object, spec: { ...object.spec, interval: '200ms' } }
          : object,
      ),
    );
  });

  afterAll(() => fleet.close());

  it('waits for the first image', async () => {
    const { actual, expected } = await states(
      'waiting-first-image',
      // Flux's own look for tags takes seconds, ours does not.
      true,
    );
    expect(actual).toEqual(expected);
  });

  it('runs the first image', async () => {
    const waited = () =>
      fleet.world.seen.filter(
        ({ kind, reason, involvedObject }) =>
          kind === 'Event' &&
          reason === 'DependencyNotReady' &&
          involvedObject.kind === 'Kustomization',
      ).length;
    // Just after a look at the dependency: the next would be a race with the automation's commit.
    const before = waited();
    while (waited() === before) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    fleet.registry.tags['acme/payments'] = [FIRST];
    await annotate('ImageRepository');
    const { actual, expected } = await states('first-image-running');
    expect(actual).toEqual(expected);
  });

  it('ignores an older one', async () => {
    fleet.registry.tags['acme/payments'].push(OLDER);
    await annotate('ImageRepository');
    const { actual, expected } = await states('older-rerun-ignored');
    expect(actual).toEqual(expected);
  });

  it('deploys while the registry is away', async () => {
    const images = key('Kustomization', 'payments-images');
    await fleet.world.client.patch(images, {
      spec: {
        wait: false,
        healthChecks: [
          {
            apiVersion: key('ImagePolicy').apiVersion,
            kind: 'ImagePolicy',
            name: 'payments',
            namespace: 'payments',
          },
        ],
      },
    });
    await fleet.world.until(
      images,
      ({ status }) => status.observedGeneration === 2,
    );
    await fleet.registry.stop();
    await annotate('ImageRepository');
    await fleet.world.until(key('ImageRepository'), ({ status }) =>
      status.conditions.some(({ reason }: any) => /Failed/.test(reason)),
    );
    // kustomize-controller did that, as it applies the object anew.
    await fleet.world.client.patch(key('ImageRepository'), {
      metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': null } },
    });
    await fleet.world.until(key('ImageRepository'), ({ status }) =>
      status.conditions.some(({ reason }: any) => reason === 'Succeeded'),
    );
    const commit = await fleet.repository.commit(
      {
        'deploy/app/app.yaml': (
          await fleet.repository.show('main:deploy/app/app.yaml')
        ).replace('replicas: 2', 'replicas: 3'),
      },
      'three',
    );
    await annotate('GitRepository');
    const { status: deployed } = await fleet.world.until(
      key('Kustomization'),
      ({ status }) => status.lastAppliedRevision === `main@sha1:${commit}`,
    );
    expect(deployed.history).toHaveLength(2);
  });

  it.each(sequences)(
    '%s',
    async (id, expected) => {
      const found = await fleet.sequence(
        id,
        expected,
        undefined,
        comparable(id),
        SCAN_MS,
      );
      expect(found).toEqual(expected);
    },
    30_000,
  );

  it.each(
    Object.entries(
      eventsOf(recordedEvents('first-image', RUN_SECONDS), recorded()),
    ).filter(([id]) => REPLAYED_KINDS.includes(id.split('/')[0])),
  )('Events of %s', (id, expected) => {
    const events = fleet.world.seen.filter(({ kind }) => kind === 'Event');
    expect(lasts(eventsOf(events, fleet.replayed())[id])).toEqual(
      lasts(expected),
    );
  });
});
