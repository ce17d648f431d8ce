import { join } from 'node:path';
import { BareRepository } from '../git/BareRepository';
import { noCommit, type PushEvent } from '../types';
import { JsonFile } from './JsonFile';
import {
  emptyDetails,
  type RepositoryDetails,
  type RepositoryRecord,
} from './records';

const now = () => new Date().toISOString();

/** One repository: git data, metadata, and the refs as they were last announced. */
export class Repository {
  readonly git: BareRepository;
  readonly metadataDirectory: string;
  readonly record: JsonFile<RepositoryRecord>;
  readonly details: JsonFile<RepositoryDetails>;
  readonly #refs: JsonFile<Record<string, string>>;
  #announcing: Promise<unknown> = Promise.resolve();

  /** Opens what is on disk; `record` is for one that is being created. */
  static async open(
    base: string,
    record?: RepositoryRecord,
  ): Promise<Repository> {
    const metadata = `${base}.meta`;
    const file = await JsonFile.open<RepositoryRecord | undefined>(
      join(metadata, 'repository.json'),
      record,
    );
    if (!file.value) {
      throw new Error(`${file.path} is missing`);
    }
    return new Repository(
      new BareRepository(`${base}.git`),
      metadata,
      file as JsonFile<RepositoryRecord>,
      await JsonFile.open(join(metadata, 'details.json'), emptyDetails()),
      await JsonFile.open(join(metadata, 'refs.json'), {}),
    );
  }

  private constructor(
    gitRepository: BareRepository,
    metadataDirectory: string,
    record: JsonFile<RepositoryRecord>,
    details: JsonFile<RepositoryDetails>,
    refs: JsonFile<Record<string, string>>,
  ) {
    this.git = gitRepository;
    this.metadataDirectory = metadataDirectory;
    this.record = record;
    this.details = details;
    this.#refs = refs;
  }

  get owner(): string {
    return this.record.value.owner;
  }

  get name(): string {
    return this.record.value.name;
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  get defaultBranch(): string {
    return this.record.value.defaultBranch;
  }

  async defaultCommit(): Promise<string | undefined> {
    return this.git.resolve(`refs/heads/${this.defaultBranch}`);
  }

  /**
   * Compares the refs with those of the last call and gives the differences, each of them once,
   * however a push came in. The first branch pushed becomes the default branch.
   */
  async takeRefChanges(pusher: string): Promise<PushEvent[]> {
    const next = this.#announcing
      .catch(() => undefined)
      .then(() => this.#takeRefChanges(pusher));
    this.#announcing = next;
    return next;
  }

  async #takeRefChanges(pusher: string): Promise<PushEvent[]> {
    const before = this.#refs.value;
    const after = await this.git.refs();
    const events = [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter(ref => before[ref] !== after[ref])
      .map(ref => ({
        owner: this.owner,
        repository: this.name,
        ref,
        before: before[ref] ?? noCommit,
        after: after[ref] ?? noCommit,
        pusher,
      }));
    if (events.length === 0) {
      return events;
    }
    await this.#followFirstPush(after);
    await this.#refs.update(() => after);
    await this.record.update(record => ({
      ...record,
      pushedAt: now(),
      updatedAt: now(),
    }));
    return events;
  }

  async #followFirstPush(refs: Record<string, string>): Promise<void> {
    const branches = Object.keys(refs)
      .filter(ref => ref.startsWith('refs/heads/'))
      .map(ref => ref.slice('refs/heads/'.length));
    if (!this.record.value.empty || branches.length === 0) {
      return;
    }
    const branch = branches.includes(this.defaultBranch)
      ? this.defaultBranch
      : branches[0];
    await this.git.setHead(branch);
    await this.record.update(record => ({
      ...record,
      empty: false,
      defaultBranch: branch,
    }));
  }
}
