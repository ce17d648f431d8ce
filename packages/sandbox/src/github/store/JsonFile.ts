import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file so that a reader, or a crash, sees the old content or the new one, never a part. */
export async function writeFileAtomically(
  path: string,
  content: string | Buffer,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Reads a JSON file; undefined when there is none. */
export async function readJson<T>(path: string): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Error(
      `${path} is not valid JSON (${error}); delete the sandbox's directory to start afresh`,
    );
  }
}

/** A value that lives in memory and in one JSON file; changes are applied one after the other. */
export class JsonFile<T> {
  readonly path: string;
  #value: T;
  #last: Promise<unknown> = Promise.resolve();

  static async open<T>(path: string, initial: T): Promise<JsonFile<T>> {
    return new JsonFile(path, (await readJson<T>(path)) ?? initial);
  }

  private constructor(path: string, value: T) {
    this.path = path;
    this.#value = value;
  }

  get value(): Readonly<T> {
    return this.#value;
  }

  /** Replaces the value by what `change` returns, and writes it before it resolves. */
  async update(change: (value: T) => T): Promise<T> {
    const next = this.#last
      .catch(() => undefined)
      .then(async () => {
        const value = change(structuredClone(this.#value));
        await writeFileAtomically(
          this.path,
          `${JSON.stringify(value, null, 2)}\n`,
        );
        this.#value = value;
        return value;
      });
    this.#last = next;
    return next;
  }

  /** Resolves when every change so far is on disk. */
  async flushed(): Promise<void> {
    await this.#last.catch(() => undefined);
  }
}
