import { FakeCluster } from './FakeCluster';
import { applyCommit } from './fillClusters';

/** One change that was made; `at` in epoch milliseconds, with fractions. */
export interface MadeChange {
  application: string;
  /** Index of the cluster. */
  cluster: number;
  /** Grows with each change of all. */
  number: number;
  at: number;
}

/** A prime, so that all places get their turn. */
const STEP = 7_919;
const TAIL = 'be9c4'.repeat(7).slice(0, 32);

/** A commit whose first characters tell which change it was. */
export const commitOf = (number: number) =>
  `${number.toString(16).padStart(8, '0')}${TAIL}`;
export const COMMIT = new RegExp(`([0-9a-f]{8})${TAIL}`, 'g');

/** Milliseconds since 1970 on a clock that all processes of a machine share, finer than Date.now(). */
export const now = () => performance.timeOrigin + performance.now();

/** Makes changes at a steady pace: Flux applies another commit of an application in one of its clusters. */
export class ChangeMaker {
  readonly #clusters: FakeCluster[];
  readonly #placements: Map<string, number[]>;
  #timer?: NodeJS.Timeout;
  #made: MadeChange[] = [];
  #number = 0;

  constructor(clusters: FakeCluster[], placements: Map<string, number[]>) {
    this.#clusters = clusters;
    this.#placements = placements;
  }

  /** Changes the given applications, or all, in all of their clusters alike. */
  start(options: { perSecond: number; applications?: string[] }) {
    const { perSecond, applications = [...this.#placements.keys()] } = options;
    const places = applications.flatMap(application =>
      this.#placements
        .get(application)!
        .map(cluster => ({ application, cluster })),
    );
    this.#made = [];
    this.#timer = setInterval(() => {
      this.#number += 1;
      const number = this.#number;
      // Neighbours are far apart, so that not all changes of a while are of a few clusters
      const { application, cluster } = places[(number * STEP) % places.length];
      const at = now();
      applyCommit(this.#clusters[cluster], application, commitOf(number));
      this.#made.push({ application, cluster, number, at });
    }, 1000 / perSecond);
  }

  /** Returns what was changed. */
  stop(): MadeChange[] {
    clearInterval(this.#timer);
    return this.#made;
  }
}
