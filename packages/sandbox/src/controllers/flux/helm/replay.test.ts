import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { KubernetesObject } from '../../client';
import { recordedEvents, recordedState } from '../__testUtils__/recordings';
import { eventsOf, idOf, Normaliser } from '../__testUtils__/sequences';
import { condition } from '../__testUtils__/world';
import { HELM_CHART } from '../source/helmChart';
import { helloChart } from './__testUtils__/charts';
import { key, startHelmWorld } from './__testUtils__/helmWorld';
import { HELM_RELEASE } from './helmRelease';

jest.setTimeout(60_000);

const RECORDINGS = resolvePackagePath(
  '@backstage-flux/plugin-flux-common',
  'src/__fixtures__/recordings',
);
const KINDS = ['helmcharts', 'helmreleases'];

// What depends on who came first, on real Flux as well.
const RACES =
  /latest generation of object has not been reconciled|no artifact available/;

/** Texts without what differs from run to run. */
class HelmNormaliser extends Normaliser {
  readonly #commits = new Map<string, string>();

  constructor() {
    super(text =>
      text
        .replace(/\+[0-9a-f]{12}\b/g, found => {
          const known =
            this.#commits.get(found) ?? `+<commit-${this.#commits.size + 1}>`;
          this.#commits.set(found, known);
          return known;
        })
        .replace(/(helmchart-\S+)-\d+\/source/g, '$1-<n>/source')
        .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://<artifacts>')
        .replace(/\n\nLast Helm logs:.*/s, '\n\n<logs>'),
    );
  }
}

/** Versions counted from the newest, as a history that began earlier has others. */
function historyOf(entries: any[]) {
  const newest = entries[0]?.version;
  return entries.map(
    ({
      version,
      status,
      action,
      name,
      namespace,
      chartName,
      chartVersion,
      appVersion,
      configDigest,
      ...rest
    }) =>
      `${
        version - newest
      } ${status} ${action} ${namespace}/${name} ${chartName}@${chartVersion} ${appVersion} ${configDigest} ${Object.keys(
        rest,
      ).sort()}`,
  );
}

function factsOf({ status = {} }: KubernetesObject, normaliser: Normaliser) {
  const { conditions, artifact, history, ...facts } = status;
  const all: Record<string, unknown> = {
    ...facts,
    artifact: artifact && [artifact.revision, artifact.path, artifact.url],
    history: history && historyOf(history),
    // How long it took.
    lastAttemptedReleaseActionDuration:
      facts.lastAttemptedReleaseActionDuration && 'some time',
    lastHandledReconcileAt: undefined,
  };
  return Object.keys(all)
    .filter(name => all[name] !== undefined)
    .sort()
    .map(name => `${name}: ${normaliser.text(JSON.stringify(all[name]))}`);
}

function conditionsOf(
  { status = {} }: KubernetesObject,
  normaliser: Normaliser,
) {
  return ((status.conditions as any[]) ?? [])
    .map(
      ({ type, status: value, reason, message, observedGeneration }) =>
        `${type}=${value} ${reason} (${observedGeneration}): ${normaliser
          .text(message)
          .replace(/\.v\d+ /, '.v<n> ')}`,
    )
    .sort();
}

function changes(states: string[][]): string[][] {
  return states.filter(
    (state, at) =>
      state.length > 0 &&
      JSON.stringify(state) !== JSON.stringify(states[at - 1]),
  );
}

/** What the object went through: its conditions, and the rest of its status. */
function sequenceOf(objects: KubernetesObject[], id: string) {
  const normaliser = new HelmNormaliser();
  const versions = objects.filter(object => idOf(object) === id);
  return {
    conditions: changes(
      versions
        .map(object => conditionsOf(object, normaliser))
        .filter(state => !state.some(line => RACES.test(line))),
    ),
    facts: changes(
      versions
        .map(object => factsOf(object, normaliser))
        // What the definition gives to every new object.
        .filter(facts => facts.join() !== 'observedGeneration: -1'),
    ),
  };
}

const RUNS = ['firstsync', 'lifecycle-annotate', 'lifecycle-webhook'];

function recordedRun(run: string): KubernetesObject[] {
  return KINDS.flatMap(kind =>
    readFileSync(join(RECORDINGS, `watch.${run}.${kind}.ndjson`), 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).object),
  );
}

const RECORDED = RUNS.flatMap(run => {
  const objects = recordedRun(run);
  return [...new Set(objects.map(idOf))].map(
    id => [run, id, sequenceOf(objects, id)] as const,
  );
});

describe('Helm, compared with real Flux', () => {
  let world: Awaited<ReturnType<typeof startHelmWorld>>;
  // Where the story of each run begins, with what every object was then.
  const since = new Map<string, () => KubernetesObject[]>();
  const hello = key(HELM_RELEASE, 'hello');

  function begin(run: string) {
    const { length } = world.helmObjects;
    const latest = new Map(world.helmObjects.map(o => [idOf(o), o]));
    since.set(run, () => [
      ...latest.values(),
      ...world.helmObjects.slice(length),
    ]);
  }

  /** Changes something else than the chart, which is another revision all the same. */
  async function commit(text: string) {
    const sha = await world.commit({ 'README.md': text });
    await world.until(hello, ({ status }) =>
      status.history[0].chartVersion.endsWith(sha.slice(0, 12)),
    );
    await world.until(hello, ({ status }) =>
      status.conditions.every(
        (c: any) => c.status === 'True' && c.type !== 'Reconciling',
      ),
    );
    // A release without a chart looks again only now and then.
    const { status: chart } = await world.until(
      key(HELM_CHART, 'flux-system-nochart'),
      ({ status }) =>
        status.observedSourceArtifactRevision.endsWith(sha) &&
        condition({ status } as any, 'Stalled') !== undefined,
    );
    const why = condition({ status: chart } as any, 'Stalled').message;
    await world.until(key(HELM_RELEASE, 'nochart'), object =>
      condition(object, 'Ready').message.endsWith(why),
    );
  }

  beforeAll(async () => {
    world = await startHelmWorld(helloChart());
    const specOf = (name: string) =>
      recordedState(`before-sync.helmrelease.${name}`).spec;
    begin('firstsync');
    await Promise.all(
      ['hello', 'nochart'].map(name => world.release(name, specOf(name))),
    );
    await world.ready('hello', 'InstallSucceeded');
    await world.until(key(HELM_RELEASE, 'nochart'), ({ status }) =>
      /no such file/.test(status?.conditions?.[1]?.message),
    );
    begin('lifecycle-annotate');
    await commit('Something else changes.');
    begin('lifecycle-webhook');
    await commit('And once more.');
  });

  afterAll(() => world.close());

  it.each(RECORDED)('%s of %s', (run, id, expected) => {
    const objects = since.get(run)!();
    const found = sequenceOf(objects, id);
    // The first run was recorded up to its second commit.
    expect({
      conditions: found.conditions.slice(0, expected.conditions.length),
      facts: found.facts.slice(0, expected.facts.length),
    }).toEqual(expected);
  });

  it.each([
    'HelmRelease/hello',
    'HelmRelease/nochart',
    'HelmChart/flux-system-hello',
    'HelmChart/flux-system-nochart',
  ])('Events of %s', id => {
    const expected = eventsOf(
      recordedEvents('firstsync'),
      new HelmNormaliser(),
    )[id];
    const events = world.seen.filter(({ kind }) => kind === 'Event');
    const found = eventsOf(events, new HelmNormaliser())[id];
    expect(found.slice(0, expected.length)).toEqual(expected);
  });

  const stateOf = (object: KubernetesObject) => {
    const normaliser = new HelmNormaliser();
    return {
      conditions: conditionsOf(object, normaliser),
      facts: factsOf(object, normaliser),
    };
  };

  /** Changes the object's spec to the one that was recorded, and waits for its state. */
  async function becomes(state: string) {
    const recorded = recordedState(`${state}.helmrelease.hello`);
    await world.client.patch(hello, { spec: recorded.spec });
    const generation = recorded.metadata.generation!;
    const expected = stateOf(recorded);
    const deadline = Date.now() + 10_000;
    let found: ReturnType<typeof stateOf>;
    do {
      await new Promise(resolve => setTimeout(resolve, 50));
      const object = (await world.client.get(hello))!;
      const offset = generation - object.metadata.generation!;
      // The recorded object had been changed more often.
      const shifted = JSON.parse(JSON.stringify(object), (name, value) =>
        /^(observed|lastAttempted)Generation$/.test(name)
          ? value + offset
          : value,
      );
      found = stateOf(shifted);
    } while (
      JSON.stringify(found) !== JSON.stringify(expected) &&
      Date.now() < deadline
    );
    return { expected, found };
  }

  it('an upgrade that fails', async () => {
    const { expected, found } = await becomes('upgrade-failed');
    expect(found).toEqual(expected);
  });

  it('says so in an Event, with what Helm logged', async () => {
    const all = JSON.stringify(await world.events('HelmRelease', 'hello'));
    expect(all).toMatch(
      /Helm upgrade failed for release shop\/shop-hello with chart hello@0\.1\.0\+[0-9a-f]{12}: server-side apply failed for object shop\/shop-hello-hello apps\/v1, Kind=Deployment: failed to create typed patch object.*Last Helm logs:.*preparing upgrade/,
    );
  });

  it('an upgrade that recovers', async () => {
    const { expected, found } = await becomes('upgrade-ok');
    expect(found).toEqual(expected);
  });
});
