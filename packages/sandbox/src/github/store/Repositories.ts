import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EventEmitter } from 'node:events';
import { validationFailed } from '../errors';
import { BareRepository } from '../git/BareRepository';
import type { PushEvent } from '../types';
import { JsonFile, readJson } from './JsonFile';
import { isOwnerName, isRepositoryName } from './names';
import type { RepositoryRecord } from './records';
import { Repository } from './Repository';

const keyOf = (owner: string, name: string) => `${owner}/${name}`.toLowerCase();

export type NewRepository = Pick<RepositoryRecord, 'owner' | 'name'> &
  Partial<
    Pick<
      RepositoryRecord,
      'description' | 'homepage' | 'private' | 'settings' | 'defaultBranch'
    >
  >;

/** All repositories, in `<directory>/repositories/<owner>/<name>.git` with `<name>.meta` beside. */
export class Repositories {
  readonly #root: string;
  readonly #sequence: JsonFile<{ next: number }>;
  readonly #byKey: Map<string, Repository>;
  readonly #creating = new Set<string>();
  readonly #events = new EventEmitter<{ push: [PushEvent] }>();

  static async open(directory: string): Promise<Repositories> {
    const root = join(directory, 'repositories');
    await mkdir(root, { recursive: true });
    const sequence = await JsonFile.open(join(directory, 'sequence.json'), {
      next: 1001,
    });
    const repositories = new Map<string, Repository>();
    for (const owner of await readdir(root)) {
      const entries = await readdir(join(root, owner));
      for (const entry of entries.filter(e => e.endsWith('.meta'))) {
        const name = entry.slice(0, -'.meta'.length);
        const base = join(root, owner, name);
        // What lacks its record was not created, or not deleted, to the end; it does not count.
        if (await readJson(join(root, owner, entry, 'repository.json'))) {
          const repository = await Repository.open(base);
          repositories.set(keyOf(owner, name), repository);
        }
      }
    }
    return new Repositories(root, sequence, repositories);
  }

  private constructor(
    root: string,
    sequence: JsonFile<{ next: number }>,
    byKey: Map<string, Repository>,
  ) {
    this.#root = root;
    this.#sequence = sequence;
    this.#byKey = byKey;
  }

  /** A number that no other repository, key, pull request or run has. */
  async nextId(): Promise<number> {
    const { next } = await this.#sequence.update(value => ({
      next: value.next + 1,
    }));
    return next - 1;
  }

  get(owner: string, name: string): Repository | undefined {
    return this.#byKey.get(keyOf(owner, name));
  }

  list(owner?: string): Repository[] {
    return [...this.#byKey.values()]
      .filter(r => !owner || r.owner.toLowerCase() === owner.toLowerCase())
      .sort((a, b) => a.fullName.localeCompare(b.fullName));
  }

  async create(input: NewRepository): Promise<Repository> {
    const { owner, name, defaultBranch = 'main' } = input;
    if (!isOwnerName(owner) || !isRepositoryName(name)) {
      throw validationFailed({
        resource: 'Repository',
        code: 'custom',
        field: 'name',
        message: 'name can only contain ASCII letters, digits, ., - and _',
      });
    }
    const key = keyOf(owner, name);
    if (this.#byKey.has(key) || this.#creating.has(key)) {
      throw validationFailed({
        resource: 'Repository',
        code: 'custom',
        field: 'name',
        message: 'name already exists on this account',
      });
    }
    this.#creating.add(key);
    try {
      const base = join(this.#root, owner, name);
      await BareRepository.create(`${base}.git`, defaultBranch);
      const time = new Date().toISOString();
      const repository = await Repository.open(base, {
        id: await this.nextId(),
        owner,
        name,
        description: input.description ?? null,
        homepage: input.homepage ?? null,
        private: input.private ?? false,
        archived: false,
        defaultBranch,
        empty: true,
        topics: [],
        createdAt: time,
        updatedAt: time,
        pushedAt: null,
        settings: input.settings ?? {},
      });
      await repository.record.update(record => record);
      this.#byKey.set(key, repository);
      return repository;
    } finally {
      this.#creating.delete(key);
    }
  }

  async delete(repository: Repository): Promise<void> {
    this.#byKey.delete(keyOf(repository.owner, repository.name));
    await rm(repository.metadataDirectory, { recursive: true, force: true });
    await rm(repository.git.path, { recursive: true, force: true });
  }

  /** To be called after anything that may have moved refs; tells the listeners what moved. */
  async refsChanged(
    repository: Repository,
    pusher: string,
  ): Promise<PushEvent[]> {
    const events = await repository.takeRefChanges(pusher);
    for (const event of events) {
      this.#events.emit('push', event);
    }
    return events;
  }

  onPush(listener: (event: PushEvent) => void): () => void {
    this.#events.on('push', listener);
    return () => this.#events.off('push', listener);
  }
}
