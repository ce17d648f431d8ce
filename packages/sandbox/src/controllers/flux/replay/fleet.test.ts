import { Fleet, recorded } from '../__testUtils__/fleet';
import {
  recordedEvents,
  recordedRun,
  REPLAYED_KINDS,
} from '../__testUtils__/recordings';
import { eventsOf, Sequence, sequencesOf } from '../__testUtils__/sequences';
import {
  annotate,
  callWebhook,
  pushImage,
  startShop,
  untilApplied,
} from '../__testUtils__/shop';

jest.setTimeout(60_000);

// After that, the watches saw the next run.
const FIRST_SYNC_SECONDS = 45;

const sequences = (run: string, seconds?: number) =>
  Object.entries(sequencesOf(recordedRun(run, seconds), recorded()));

// An object that fails for good is tried again and again, at times that depend on the clock.
const FAILING = /nowhere|nomatch|bad-path|invalid-manifest|unhealthy/;
const lasting = ([id]: [string, unknown]) => !FAILING.test(id);

const beginning = ({ conditions, revisions }: Sequence): Sequence => ({
  conditions: conditions.slice(0, 7),
  revisions: revisions.slice(0, 4),
});

const isReplayed = ([id]: [string, unknown]) =>
  [...REPLAYED_KINDS, 'Receiver'].includes(id.split('/')[0]);

describe('the runs of the fleet', () => {
  let fleet: Fleet;
  let since: () => any[];

  beforeAll(async () => {
    fleet = await startShop();
  });

  afterAll(() => fleet.close());

  const events = () =>
    eventsOf(
      fleet.world.seen.filter(({ kind }) => kind === 'Event'),
      fleet.replayed(),
    );

  it.each(sequences('firstsync', FIRST_SYNC_SECONDS))(
    'firstsync: %s',
    async (id, recording) => {
      const expected = beginning(recording);
      expect(
        await fleet.sequence(id, expected, undefined, found => ({
          conditions: found.conditions.slice(0, expected.conditions.length),
          revisions: found.revisions.slice(0, expected.revisions.length),
        })),
      ).toEqual(expected);
    },
  );

  it.each(
    Object.entries(
      eventsOf(recordedEvents('firstsync', FIRST_SYNC_SECONDS), recorded()),
    ).filter(isReplayed),
  )('firstsync: Events of %s', async (id, expected) => {
    expect(events()[id]).toEqual(expected);
  });

  it('starts lifecycle-annotate', async () => {
    since = fleet.mark();
    await pushImage(fleet, 'main-bbbbbbb-1700000100', () =>
      annotate(fleet, 'ImageRepository', 'web'),
    );
    await annotate(fleet, 'GitRepository', 'fleet');
    expect((await untilApplied(fleet)).status.history).toHaveLength(2);
  });

  it.each(sequences('lifecycle-annotate').filter(lasting))(
    'lifecycle-annotate: %s',
    async (id, expected) => {
      expect(await fleet.sequence(id, expected, since)).toEqual(expected);
    },
  );

  it('starts lifecycle-webhook', async () => {
    since = fleet.mark();
    await pushImage(fleet, 'main-ccccccc-1700000200', async () =>
      expect(await callWebhook(fleet, 'registry')).toBe(200),
    );
    expect(await callWebhook(fleet, 'git')).toBe(200);
    expect((await untilApplied(fleet)).status.history).toHaveLength(3);
  });

  it.each(sequences('lifecycle-webhook').filter(lasting))(
    'lifecycle-webhook: %s',
    async (id, expected) => {
      expect(await fleet.sequence(id, expected, since)).toEqual(expected);
    },
  );

  it.each(
    Object.entries(eventsOf(recordedEvents('lifecycle-webhook'), recorded()))
      .filter(isReplayed)
      .filter(lasting),
  )('all Events of %s up to here', async (id, expected) => {
    // When artifacts are old enough to go depends on the clock; the watch began in any order.
    const lasts = (lines: string[]) =>
      lines.filter(line => !line.includes('garbage collected')).sort();
    expect(lasts(events()[id])).toEqual(lasts(expected));
  });
});
