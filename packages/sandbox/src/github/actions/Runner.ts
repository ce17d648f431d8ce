import { EventEmitter, once } from 'node:events';
import { GithubError } from '../errors';
import { changedFiles } from '../git/diff';
import type { Repository } from '../store/Repository';
import { noCommit, type PushEvent } from '../types';
import { executeRun } from './executeRun';
import { actionsLogin, type RunnerOptions } from './options';
import type { RunRecord } from './records';
import { acceptsPush, skipsCi } from './triggers';
import { cancelled } from './WorkflowRuns';
import { parseTriggers } from './workflow';

const concurrentRuns = 2;

type Queued = { repository: Repository; run: number; before: string };

/** Starts the workflows that a push asks for: one run at a time per repository, two in all. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #events = new EventEmitter<{ idle: []; ended: [] }>();
  readonly #active = new Map<number, AbortController>();
  readonly #busy = new Set<string>();
  #queue: Queued[] = [];
  #starting = 0;
  #pushes: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Takes note of a push; pushes are looked at in the order in which they came. */
  push(event: PushEvent): void {
    this.#starting += 1;
    this.#pushes = this.#pushes
      .then(() => this.#handlePush(event))
      .catch(error => {
        this.#options.logger.error(
          `GitHub double: a push to ${event.owner}/${event.repository} could not be looked at`,
          error,
        );
      })
      .finally(() => {
        this.#starting -= 1;
        this.#schedule();
      });
  }

  async #handlePush(event: PushEvent): Promise<void> {
    const { repositories } = this.#options;
    const repository = repositories.get(event.owner, event.repository);
    const { ref, before, after, pusher } = event;
    const nothing = after === noCommit || !ref.startsWith('refs/heads/');
    if (!repository || nothing || pusher === actionsLogin || this.#closed) {
      return;
    }
    const { git } = repository;
    const commit = await git.commit(after);
    if (skipsCi(commit.message)) {
      return;
    }
    const main = await repository.defaultCommit();
    const known = before === noCommit ? undefined : before;
    const from =
      known ?? (main && main !== after && (await git.mergeBase(main, after)));
    const changed = await changedFiles(git, from || undefined, after);
    const directory = '.github/workflows';
    const found = await git.entry(after, directory);
    const files = (found && (await git.tree(found.sha))) ?? [];
    for (const file of files.filter(f => /\.ya?ml$/.test(f.path))) {
      const path = `${directory}/${file.path}`;
      const text = (await git.blob(file.sha))?.toString('utf8') ?? '';
      let triggers;
      try {
        triggers = parseTriggers(text);
      } catch {
        // As on GitHub, a file that cannot be read shows up as a failed run.
        triggers = { on: 'push' };
      }
      const names = changed.map(f => f.filename);
      if (acceptsPush(triggers.on, ref, names)) {
        const run = await this.#createRun(repository, event, path, {
          name: triggers.name ?? path,
          title: commit.message.split('\n')[0],
        });
        this.#queue.push({ repository, run: run.id, before });
      }
    }
  }

  async #createRun(
    repository: Repository,
    event: PushEvent,
    path: string,
    { name, title }: { name: string; title: string },
  ): Promise<RunRecord> {
    const { repositories, runs } = this.#options;
    const earlier = runs.list(repository).filter(r => r.path === path);
    const time = new Date().toISOString();
    const run: RunRecord = {
      id: await repositories.nextId(),
      number: earlier.reduce((n, r) => Math.max(n, r.number), 0) + 1,
      attempt: 1,
      name,
      path,
      title,
      event: 'push',
      headBranch: event.ref.slice('refs/heads/'.length),
      headSha: event.after,
      actor: event.pusher,
      status: 'queued',
      conclusion: null,
      createdAt: time,
      startedAt: null,
      updatedAt: time,
      jobs: [],
    };
    await runs.create(repository, run);
    return run;
  }

  #schedule(): void {
    for (const queued of [...this.#queue]) {
      const key = queued.repository.fullName;
      if (
        this.#closed ||
        this.#active.size >= concurrentRuns ||
        this.#busy.has(key)
      ) {
        continue;
      }
      this.#queue = this.#queue.filter(q => q !== queued);
      this.#busy.add(key);
      const abort = new AbortController();
      this.#active.set(queued.run, abort);
      executeRun({ ...this.#options, ...queued, signal: abort.signal })
        .catch(error => {
          this.#options.logger.error(
            `GitHub double: run ${queued.run} of ${key} broke off`,
            error,
          );
        })
        .finally(() => {
          this.#active.delete(queued.run);
          this.#busy.delete(key);
          this.#events.emit('ended');
          this.#schedule();
        });
    }
    if (this.#isIdle()) {
      this.#events.emit('idle');
    }
  }

  #isIdle(): boolean {
    return (
      this.#starting === 0 &&
      this.#active.size === 0 &&
      (this.#queue.length === 0 || this.#closed)
    );
  }

  /**
   * Runs a completed run again, as its next attempt: its own commit with the workflow of that commit, wherever
   * the branch is by now.
   */
  async rerun(repository: Repository, { id, headSha }: RunRecord) {
    const commit = await repository.git.commit(headSha);
    await this.#options.runs.update(repository, id, run => {
      if (run.status !== 'completed') {
        throw new GithubError(
          403,
          'The workflow run containing this job is already running',
        );
      }
      return {
        ...run,
        attempt: run.attempt + 1,
        status: 'queued',
        conclusion: null,
        problem: undefined,
        startedAt: null,
        jobs: [],
      };
    });
    const before = commit.parents[0] ?? noCommit;
    this.#queue.push({ repository, run: id, before });
    this.#schedule();
  }

  /** Cancels a run, whether it is running or still waits. */
  async cancel(id: number): Promise<void> {
    this.#active.get(id)?.abort();
    const queued = this.#queue.find(q => q.run === id);
    if (queued) {
      this.#queue = this.#queue.filter(q => q !== queued);
      await this.#options.runs.update(queued.repository, id, cancelled);
      this.#schedule();
    }
  }

  /** Ends everything of a repository, which is about to be deleted. */
  async forget(repository: Repository): Promise<void> {
    this.#queue = this.#queue.filter(q => q.repository !== repository);
    for (const run of this.#options.runs.list(repository)) {
      this.#active.get(run.id)?.abort();
    }
    while (this.#busy.has(repository.fullName)) {
      await once(this.#events, 'ended');
    }
  }

  /** Resolves when nothing is queued or running. */
  async idle(): Promise<void> {
    while (!this.#isIdle()) {
      await once(this.#events, 'idle');
    }
  }

  /** Cancels what is queued or running, and resolves when it has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    const queued = this.#queue;
    this.#queue = [];
    for (const { repository, run } of queued) {
      await this.#options.runs.update(repository, run, cancelled);
    }
    this.#active.forEach(abort => abort.abort());
    await this.idle();
  }
}
