import { HttpClient } from '../load/HttpClient';
import { PollingTab } from '../load/PollingTab';
import { summarize, Summary } from '../stats';
import { Backend } from '../world/Backend';
import { World } from '../world/World';

/** What one way to look costs: latency in milliseconds, bytes on the wire, CPU of the backend. */
export interface Looks extends Summary {
  bytes: number;
  cpuMs: number;
}

export interface ViewResult {
  /** An authenticated route that does nothing. */
  floor: Looks;
  /** The whole view, which others look at as well. */
  ours: Looks;
  /** As {@link ViewResult.ours}, by a browser that has it already. */
  unchanged: Looks;
  /** By a user who looks for the first time, so that the catalog and the permissions are asked. */
  firstByUser: Looks;
  /** By the first of all, where pods begin to be watched. */
  firstOfAll: Looks;
  /** All five cards once. Undefined when there is no baseline. */
  baseline?: Looks;
}

interface Pair {
  application: string;
  token: string;
  etag?: string;
}

class Samples {
  readonly #ms: number[] = [];
  #bytes = 0;
  #cpuMs = 0;

  /** Runs something some times, one after the other, in one of the backends. */
  async take(
    backend: Backend,
    times: number,
    look: (i: number) => Promise<{ ms: number; bytes: number }>,
  ) {
    const before = await backend.usage();
    for (let i = 0; i < times; i++) {
      const { ms, bytes } = await look(i);
      this.#ms.push(ms);
      this.#bytes += bytes;
    }
    this.#cpuMs += (await backend.usage()).cpuMs - before.cpuMs;
  }

  get looks(): Looks {
    const count = this.#ms.length;
    return {
      ...summarize(this.#ms),
      bytes: this.#bytes / count,
      cpuMs: this.#cpuMs / count,
    };
  }
}

const PAIRS = 20;
const LOOKS_A_ROUND = 10;

const viewPath = (application: string) =>
  `/api/flux/entities/default/component/${application}`;

/**
 * Views one after the other, in rounds of all ways to look, so that what else happens on the machine hits all
 * alike. As many looks of ours and of the floor as rounds times ten.
 */
export async function measureViews(
  world: World,
  options: { rounds: number; pollsARound: number },
): Promise<ViewResult> {
  const { ours, baseline, applications } = world;
  const client = new HttpClient(ours.baseUrl);
  const pairs: Pair[] = [];
  const firstOfAll = new Samples();
  const firstByUser = new Samples();
  const count = Math.min(PAIRS, applications.length);
  for (let i = 0; i < count; i++) {
    const application = applications[i];
    const other = await ours.userToken(`scout-${i}`);
    const token = await ours.userToken(`user-${i}`);
    await firstOfAll.take(ours, 1, () =>
      client.get(viewPath(application), { token: other }),
    );
    await firstByUser.take(ours, 1, () =>
      client.get(viewPath(application), { token }),
    );
    pairs.push({ application, token });
  }
  const pollers =
    baseline && options.pollsARound
      ? await pollingTabs(world, count)
      : undefined;
  const kinds = {
    floor: new Samples(),
    ours: new Samples(),
    unchanged: new Samples(),
    baseline: new Samples(),
  };
  const pair = (round: number, i: number) =>
    pairs[(round * LOOKS_A_ROUND + i) % pairs.length];
  for (let round = 0; round < options.rounds; round++) {
    await kinds.floor.take(ours, LOOKS_A_ROUND, i =>
      client.get('/api/bench/floor', { token: pair(round, i).token }),
    );
    await kinds.ours.take(ours, LOOKS_A_ROUND, async i => {
      const { application, token } = pair(round, i);
      const answer = await client.get(viewPath(application), { token });
      pair(round, i).etag = answer.headers.etag;
      return answer;
    });
    await kinds.unchanged.take(ours, LOOKS_A_ROUND, async i => {
      return lookAgain(client, pair(round, i));
    });
    if (baseline && pollers) {
      await kinds.baseline.take(baseline, options.pollsARound, i =>
        pollers[(round * options.pollsARound + i) % pollers.length].pollOnce(),
      );
    }
  }
  client.close();
  pollers?.forEach(tab => tab.close());
  return {
    floor: kinds.floor.looks,
    ours: kinds.ours.looks,
    unchanged: kinds.unchanged.looks,
    firstByUser: firstByUser.looks,
    firstOfAll: firstOfAll.looks,
    ...(pollers ? { baseline: kinds.baseline.looks } : {}),
  };
}

const CHECKS = 30;
let checked = 0;

/** What it costs the backend to find out whether a user may see an entity, in milliseconds of CPU. */
export async function measureAccessCheck(world: World): Promise<number> {
  const { ours, applications } = world;
  const path = viewPath(applications[0]);
  const tokens: string[] = [];
  for (let i = 0; i < CHECKS; i++) {
    tokens.push(await ours.userToken(`checked-${checked++}`));
  }
  await ours.client.get(path, { token: await ours.userToken('setup') });
  const first = new Samples();
  const again = new Samples();
  const look = (i: number) => ours.client.get(path, { token: tokens[i] });
  await first.take(ours, CHECKS, look);
  await again.take(ours, CHECKS, look);
  return Math.max(0, first.looks.cpuMs - again.looks.cpuMs);
}

/** Many at once: each viewer looks again as soon as he has his answer. */
export async function measureViewsAtOnce(
  world: World,
  options: { viewers: number; looksEach: number; pollsEach: number },
): Promise<Pick<ViewResult, 'floor' | 'ours' | 'baseline'>> {
  const { ours, baseline, applications } = world;
  const { viewers } = options;
  const tokens = await Promise.all(
    Array.from({ length: viewers }, (_, i) => ours.userToken(`user-${i}`)),
  );
  const clients = tokens.map(() => new HttpClient(ours.baseUrl));
  const view = (i: number) =>
    clients[i].get(viewPath(applications[i % applications.length]), {
      token: tokens[i],
    });
  // Neither first looks nor new connections are what is asked here
  await Promise.all(clients.map((_, i) => view(i)));
  const oursLooks = await atOnce(ours, viewers, options.looksEach, view);
  const floor = await atOnce(ours, viewers, options.looksEach, i =>
    clients[i].get('/api/bench/floor', { token: tokens[i] }),
  );
  clients.forEach(client => client.close());
  if (!baseline) {
    return { floor, ours: oursLooks };
  }
  const pollers = await pollingTabs(world, viewers);
  const polls = await atOnce(baseline, viewers, options.pollsEach, i =>
    pollers[i].pollOnce(),
  );
  pollers.forEach(tab => tab.close());
  return { floor, ours: oursLooks, baseline: polls };
}

async function atOnce(
  backend: Backend,
  viewers: number,
  times: number,
  look: (viewer: number) => Promise<{ ms: number; bytes: number }>,
): Promise<Looks> {
  const ms: number[] = [];
  let bytes = 0;
  const before = await backend.usage();
  await Promise.all(
    Array.from({ length: viewers }, async (_, viewer) => {
      for (let i = 0; i < times; i++) {
        const answer = await look(viewer);
        ms.push(answer.ms);
        bytes += answer.bytes;
      }
    }),
  );
  const after = await backend.usage();
  return {
    ...summarize(ms),
    bytes: bytes / ms.length,
    cpuMs: (after.cpuMs - before.cpuMs) / ms.length,
  };
}

export async function pollingTabs(
  { baseline, applications }: World,
  count: number,
): Promise<PollingTab[]> {
  return Promise.all(
    Array.from(
      { length: count },
      async (_, i) =>
        new PollingTab({
          baseUrl: baseline!.baseUrl,
          application: applications[i % applications.length],
          token: await baseline!.userToken(`user-${i}`),
        }),
    ),
  );
}

const TRIES = 5;

/** Looks with what the browser has. What has changed meanwhile, e.g. with a hung cluster, is taken first. */
async function lookAgain(client: HttpClient, pair: Pair) {
  for (let i = 0; i < TRIES; i++) {
    const answer = await client.send(viewPath(pair.application), {
      token: pair.token,
      headers: { 'if-none-match': pair.etag! },
    });
    if (answer.status === 304) {
      return answer;
    }
    pair.etag = answer.headers.etag;
  }
  throw new Error(`The view of ${pair.application} never stays as it is`);
}
