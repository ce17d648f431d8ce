import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a scan found. */
export interface ScannedTags {
  tags: string[];
}

/**
 * The tags that scans found, by `namespace/name` of the ImageRepository. It survives a restart, so
 * that policies do not lose their image until the next scan.
 */
export class TagDatabase {
  readonly #file: string;
  readonly #tags: Map<string, ScannedTags>;

  constructor(file: string) {
    this.#file = file;
    this.#tags = new Map(Object.entries(read(file)));
  }

  has(id: string): boolean {
    return this.#tags.has(id);
  }

  get(id: string): ScannedTags | undefined {
    return this.#tags.get(id);
  }

  set(id: string, tags: ScannedTags): void {
    this.#tags.set(id, tags);
    this.#write();
  }

  delete(id: string): void {
    if (this.#tags.delete(id)) {
      this.#write();
    }
  }

  #write(): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    const temporary = `${this.#file}.new`;
    writeFileSync(temporary, JSON.stringify(Object.fromEntries(this.#tags)));
    renameSync(temporary, this.#file);
  }
}

function read(file: string): Record<string, ScannedTags> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Missing or unreadable: the next scans fill it again.
    return {};
  }
}
