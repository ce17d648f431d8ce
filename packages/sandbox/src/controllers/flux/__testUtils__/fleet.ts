import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectKey } from '../../client';
import { recordedSpecs, recordedState } from './recordings';
import { rollout } from './rollout';
import { Normaliser, Sequence, sequencesOf, stateOf } from './sequences';
import { startGitServer, startTags } from './servers';
import { createRepository, startWorld } from './world';

// Where the recordings had theirs.
const GIT = /127\.0\.0\.1:13000/g;
const REGISTRY = /127\.0\.0\.1:15000/g;

/** For what comes from the recordings. */
export const recorded = () =>
  new Normaliser(text =>
    text.replace(GIT, '<git>').replace(REGISTRY, '<registry>'),
  );

const API_VERSIONS: Record<string, string> = Object.fromEntries(
  recordedSpecs(text => text).map(({ kind, apiVersion }) => [kind, apiVersion]),
);

export const deployment = (
  name: string,
  namespace: string,
  image: string,
  more = '',
) =>
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  ${more || 'replicas: 2'}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
        - name: web
          image: ${image}
`;

async function poll<T>(
  read: () => T | Promise<T>,
  isEnough: (value: T) => boolean,
  timeoutMs = 8000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (isEnough(value) || Date.now() > deadline) {
      return value;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

const same = (a: unknown, b: unknown) =>
  JSON.stringify(a) === JSON.stringify(b);

/** One started fleet. */
export type Fleet = Awaited<ReturnType<typeof startFleet>>;

/** One cluster, one registry and one Git server, as the recordings had them. */
export async function startFleet(
  repositoryName: string,
  tags: Record<string, string[]>,
) {
  const directory = await mkdtemp(join(tmpdir(), 'replay-'));
  const [world, repository, gitServer, registry] = await Promise.all([
    startWorld([rollout]),
    createRepository(directory, repositoryName),
    startGitServer(directory),
    startTags(tags),
  ]);
  const replayed = () =>
    new Normaliser(text =>
      text
        .replaceAll(gitServer.address, '<git>')
        .replaceAll(registry.address, '<registry>'),
    );

  return {
    world,
    repository,
    gitServer,
    registry,
    replayed,
    /** A text of the recordings with the addresses of here. */
    toHere: (text: string) =>
      text.replace(GIT, gitServer.address).replace(REGISTRY, registry.address),
    key: (
      kind: string,
      name: string,
      namespace = 'flux-system',
    ): ObjectKey => ({
      apiVersion: API_VERSIONS[kind],
      kind,
      namespace,
      name,
    }),
    /** The place in the world's story where something begins. */
    mark: () => {
      const latest = new Map(
        world.seen.map(object => [
          `${object.kind}/${object.metadata.name}`,
          object,
        ]),
      );
      const from = world.seen.length;
      return () => [...latest.values(), ...world.seen.slice(from)];
    },
    /** What the object went through since the mark, as soon as it is as expected. */
    sequence: (
      id: string,
      expected: Sequence,
      since: () => typeof world.seen = () => world.seen,
      part: (sequence: Sequence) => Sequence = sequence => sequence,
      timeoutMs?: number,
    ) =>
      poll(
        () => {
          const found = sequencesOf(since(), replayed())[id];
          return found && part(found);
        },
        found => same(found, expected),
        timeoutMs,
      ),
    /** What recorded objects say, and what they say here as soon as that is the same. */
    states: async (
      names: string[],
      {
        timeoutMs,
        isShort = false,
      }: { timeoutMs?: number; isShort?: boolean } = {},
    ) => {
      const expected: Record<string, unknown> = {};
      const actual: Record<string, unknown> = {};
      for (const name of names) {
        const { kind, metadata, apiVersion, ...rest } = recordedState(name);
        const key = {
          apiVersion,
          kind,
          namespace: metadata.namespace,
          name: metadata.name,
        };
        const state = stateOf({ ...rest, ...key, metadata }, recorded());
        const read = async () => {
          // A state that lasts for a moment only is looked for in what was.
          const past = isShort
            ? world
                .history(kind, metadata.name)
                .map(object => stateOf(object, replayed()))
                .find(found => same(found, state))
            : undefined;
          const now = past ? undefined : await world.client.get(key);
          return past ?? (now && stateOf({ ...now, ...key }, replayed()));
        };
        expected[name] = state;
        actual[name] = await poll(read, found => same(found, state), timeoutMs);
      }
      return { expected, actual };
    },
    close: async () => {
      await world.close();
      await Promise.all([gitServer.stop(), registry.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
