import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EventEmitter } from 'node:events';
import { JsonFile, writeFileAtomically } from '../store/JsonFile';
import type { Repositories } from '../store/Repositories';
import type { Repository } from '../store/Repository';
import type { JobRecord, RunRecord } from './records';

const keptRuns = 200;

/** The runs of every repository and their logs, in `<repo>.meta/runs`. */
export class WorkflowRuns {
  readonly #byRepository = new Map<string, Map<number, JsonFile<RunRecord>>>();
  readonly #live = new Map<number, string>();
  readonly #events = new EventEmitter<{ change: [RunRecord] }>();

  /** Reads what is on disk; runs that were cut off by the end of the process are cancelled. */
  static async open(repositories: Repositories): Promise<WorkflowRuns> {
    const runs = new WorkflowRuns();
    for (const repository of repositories.list()) {
      await runs.#load(repository);
    }
    return runs;
  }

  #runsOf(repository: Repository): Map<number, JsonFile<RunRecord>> {
    const key = repository.metadataDirectory;
    const found = this.#byRepository.get(key) ?? new Map();
    this.#byRepository.set(key, found);
    return found;
  }

  #directory(repository: Repository): string {
    return join(repository.metadataDirectory, 'runs');
  }

  async #load(repository: Repository): Promise<void> {
    const directory = this.#directory(repository);
    await mkdir(directory, { recursive: true });
    const names = await readdir(directory);
    for (const name of names.filter(n => /^\d+\.json$/.test(n))) {
      const id = Number.parseInt(name, 10);
      const file = await JsonFile.open<RunRecord>(
        join(directory, name),
        undefined as never,
      );
      this.#runsOf(repository).set(id, file);
      if (file.value.status !== 'completed') {
        await file.update(cancelled);
      }
    }
  }

  /** Newest first. */
  list(repository: Repository): RunRecord[] {
    return [...this.#runsOf(repository).values()]
      .map(file => file.value)
      .sort((a, b) => b.id - a.id);
  }

  get(repository: Repository, id: number): RunRecord | undefined {
    return this.#runsOf(repository).get(id)?.value;
  }

  async create(repository: Repository, run: RunRecord): Promise<void> {
    const directory = this.#directory(repository);
    const runs = this.#runsOf(repository);
    const file = await JsonFile.open(join(directory, `${run.id}.json`), run);
    runs.set(run.id, file);
    await file.update(r => r);
    this.#events.emit('change', run);
    for (const old of this.list(repository).slice(keptRuns)) {
      if (old.status === 'completed') {
        runs.delete(old.id);
        await rm(join(directory, `${old.id}.json`), { force: true });
        await rm(join(directory, String(old.id)), {
          recursive: true,
          force: true,
        });
      }
    }
  }

  async update(
    repository: Repository,
    id: number,
    change: (run: RunRecord) => RunRecord,
  ): Promise<RunRecord> {
    const file = this.#runsOf(repository).get(id);
    if (!file) {
      throw new Error(`Run ${id} of ${repository.fullName} does not exist`);
    }
    const run = await file.update(r => ({
      ...change(r),
      updatedAt: new Date().toISOString(),
    }));
    this.#events.emit('change', run);
    return run;
  }

  /** Drops what is known of a repository that is deleted. */
  forget(repository: Repository): void {
    this.#byRepository.delete(repository.metadataDirectory);
  }

  onChange(listener: (run: RunRecord) => void): () => void {
    this.#events.on('change', listener);
    return () => this.#events.off('change', listener);
  }

  /** Shows the log of a job that is running; it is written to disk once, at its end. */
  showLog(jobId: number, log: string): void {
    this.#live.set(jobId, log);
  }

  async saveLog(
    repository: Repository,
    runId: number,
    jobId: number,
    log: string,
  ): Promise<void> {
    const path = this.#logPath(repository, runId, jobId);
    await writeFileAtomically(path, log);
    this.#live.delete(jobId);
  }

  async readLog(
    repository: Repository,
    run: RunRecord,
    job: JobRecord,
  ): Promise<string | undefined> {
    const live = this.#live.get(job.id);
    if (live !== undefined) {
      return live;
    }
    try {
      return await readFile(this.#logPath(repository, run.id, job.id), 'utf8');
    } catch {
      return undefined;
    }
  }

  #logPath(repository: Repository, runId: number, jobId: number): string {
    return join(this.#directory(repository), String(runId), `${jobId}.log`);
  }
}

/** A run of which nothing is left to be done. */
export function cancelled(run: RunRecord): RunRecord {
  const end = <T extends { status: string; conclusion: unknown }>(item: T) =>
    item.status === 'completed'
      ? item
      : {
          ...item,
          status: 'completed' as const,
          conclusion: 'cancelled' as const,
        };
  return {
    ...end(run),
    jobs: run.jobs.map(job => ({ ...end(job), steps: job.steps.map(end) })),
  };
}
