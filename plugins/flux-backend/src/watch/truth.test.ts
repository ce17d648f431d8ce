import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { mockServices } from '@backstage/backend-test-utils';
import {
  createProjectionIndex,
  kindInfo,
  Projection,
  ProjectionIndex,
} from '@backstage-flux/plugin-flux-common';
import fc from 'fast-check';
import {
  OLD_SERVER,
  startCluster,
  TestCluster,
} from '../__testUtils__/cluster';
import { plainAccess } from '../__testUtils__/plainAccess';
import { projectionsOf } from '../__testUtils__/truth';
import { until } from '../__testUtils__/until';
import { ClusterClients } from '../clusters/ClusterClients';
import { WatchedStore } from '../store/WatchedStore';
import {
  apply,
  history,
  KINDS,
  NAMESPACES,
  Step,
} from '../__testUtils__/histories';

jest.setTimeout(180_000);

// Another seed finds other things: TRUTH_SEED=$RANDOM TRUTH_RUNS=500
const SEED = Number(process.env.TRUTH_SEED ?? 5);
const RUNS = Number(process.env.TRUTH_RUNS ?? 60);

const CLUSTER = 'prod-eu';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/name';
const HELM = 'helm.toolkit.fluxcd.io/name';

/** What is to be known of a cluster when one of the two namespaces is looked at. */
function isWatched({ ref, labels }: Projection): boolean {
  if (ref.kind === 'Pod') {
    return ref.namespace === NAMESPACES[0];
  }
  const byFlux = KUSTOMIZE in labels || HELM in labels;
  return byFlux || kindInfo(ref.group, ref.kind)?.flux === true;
}

/** All that an index answers. */
const answersOf = (index: ProjectionIndex) => ({
  size: index.size,
  all: index.all(),
  kinds: KINDS.map(({ kind }) => index.ofKind(kind)),
  labels: [KUSTOMIZE, HELM].map(label => index.withLabel(label)),
  applied: index.all().map(p => index.appliedBy(p).map(({ id }) => id)),
});

async function live(api: TestCluster, steps: Step[]) {
  const store = WatchedStore.create({
    clients: new ClusterClients({
      access: plainAccess({ [CLUSTER]: api }),
      timeoutMs: 300,
    }),
    logger: mockServices.logger.mock(),
    timing: {
      timeoutMs: 300,
      retryAfterMs: 20,
      silenceMs: 200,
      checkIntervalMs: 50,
      refreshMs: 1_000,
    },
    onWatchEnd: () => {},
  });
  const equalsTruth = async () => {
    const [{ connection, index }] = await store.clusters();
    await store.watchNamespaces(CLUSTER, [NAMESPACES[0]]);
    expect(connection).toEqual({ state: 'live', since: expect.any(String) });
    const truth = createProjectionIndex(
      projectionsOf(api, CLUSTER).filter(isWatched),
    );
    if (!isDeepStrictEqual(answersOf(index), answersOf(truth))) {
      expect(answersOf(index)).toEqual(answersOf(truth));
    }
  };
  try {
    for (const [i, step] of steps.entries()) {
      // The first of it is there before anybody looks
      if (i === 3) {
        store.start();
      }
      await apply(api, step, () => until(equalsTruth));
    }
    store.start();
    api.clearFaults();
    KINDS.forEach(({ group, kind }) => api.setServed(group, kind, true));
    await until(equalsTruth);
    // Nothing that comes late changes it, silence and bookmarks included
    await delay(250);
    await until(equalsTruth);
  } finally {
    await store.stop();
  }
}

describe('once quiet, what is known of a cluster is what is in it', () => {
  it.each([
    ['streams lists', {}],
    ['pages lists', { ...OLD_SERVER, maxPage: 2 }],
  ])('when it %s', async (_, options) => {
    const result = await fc.check(
      fc.asyncProperty(history, async steps => {
        const api = await startCluster([], {
          bookmarkIntervalMs: 50,
          ...options,
        });
        try {
          await live(api, steps);
        } finally {
          await api.close();
        }
      }),
      {
        seed: SEED,
        numRuns: RUNS / 2,
        endOnFailure: true,
        includeErrorInReport: true,
      },
    );
    expect(fc.defaultReportMessage(result)).toBeUndefined();
  });
});
