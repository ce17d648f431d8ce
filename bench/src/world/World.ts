import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClustersOptions, ClustersStarted } from '../clusters/process';
import { scripts } from '../paths';
import { Child } from '../processes/Child';
import { Backend } from './Backend';
import { certificate } from './certificate';

export interface WorldOptions {
  clusters: number;
  fluxObjectsPerCluster: number;
  latencyMs: number;
  /** How ours reaches the clusters. */
  access: 'proxy' | 'direct';
  /** Whether the baseline runs too. */
  baseline: boolean;
  entities?: number;
  /** Clusters that never answer from the start on. */
  hung?: number[];
}

/** So many applications are in the catalog, if there are as many; no others are looked at. */
const MAX_ENTITIES = 200;

/** Fake clusters, and the backends that look at them: all that one measurement needs. */
export class World {
  readonly options: WorldOptions;
  readonly clusters: Child;
  readonly started: ClustersStarted;
  readonly ours: Backend;
  baseline?: Backend;
  /** The applications that are in the catalog. */
  readonly applications: string[];

  /** Starts all; the clusters answer only when they are released. */
  static async start(options: WorldOptions): Promise<World> {
    const directory = mkdtempSync(join(tmpdir(), 'bench-'));
    const tls = await certificate();
    const clusters = await Child.start({
      script: scripts.clusters,
      log: join(directory, 'clusters.log'),
      nodeArgs: ['--expose-gc'],
    });
    const started = await clusters.call<ClustersStarted>('start', {
      clusters: options.clusters,
      fluxObjectsPerCluster: options.fluxObjectsPerCluster,
      latencyMs: options.latencyMs,
      tls,
    } satisfies ClustersOptions);
    for (const index of options.hung ?? []) {
      await clusters.call('hang', index);
    }
    const applications = started.placements
      .map(([name]) => name)
      .slice(0, options.entities ?? MAX_ENTITIES);
    const backend = (token: string, parts: string[]) =>
      Backend.start({
        script: scripts.backend,
        directory,
        token,
        parts,
        clusterPorts: started.ports,
        ca: tls.cert,
        applications,
      });
    const direct = options.access === 'direct' ? ['direct'] : [];
    const [ours, baseline] = await Promise.all([
      backend('ours', ['flux', ...direct]),
      options.baseline ? backend('baseline', []) : undefined,
    ]);
    return new World(options, clusters, started, ours, baseline, applications);
  }

  private constructor(
    options: WorldOptions,
    clusters: Child,
    started: ClustersStarted,
    ours: Backend,
    baseline: Backend | undefined,
    applications: string[],
  ) {
    this.options = options;
    this.clusters = clusters;
    this.started = started;
    this.ours = ours;
    this.baseline = baseline;
    this.applications = applications;
  }

  /** Requests that the clusters got so far from one of the backends, by type. */
  async requests(token: string): Promise<Record<string, number>> {
    const counts = await this.clusters.call<
      Record<string, Record<string, number>>
    >('counts');
    return counts[token] ?? {};
  }

  async stopBaseline() {
    const { baseline } = this;
    this.baseline = undefined;
    await baseline?.stop();
  }

  async stop() {
    await this.ours.stop();
    await this.stopBaseline();
    await this.clusters.stop();
  }
}
