import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ObjectStore, StoreSnapshot } from './ObjectStore';

const WRITE_DELAY_MS = 500;

/** undefined when there is no snapshot yet. */
export async function readSnapshot(
  path: string,
): Promise<StoreSnapshot | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error: any) {
    if (error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(
      `The snapshot ${path} of a sandbox cluster is not valid JSON (${error}); delete it to start with a new cluster`,
    );
  }
}

/** Writes the store to a file some time after each change; the file is whole at every moment. */
export class SnapshotWriter {
  readonly #store: ObjectStore;
  readonly #path: string;
  readonly #logger: LoggerService;
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: ObjectStore, path: string, logger: LoggerService) {
    this.#store = store;
    this.#path = path;
    this.#logger = logger;
    this.#unsubscribe = store.subscribe(() => {
      this.#timer ??= setTimeout(() => this.#flush(), WRITE_DELAY_MS);
    });
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
  }

  async #write(): Promise<void> {
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      const partial = `${this.#path}.partial`;
      await writeFile(partial, JSON.stringify(this.#store.snapshot()), {
        mode: 0o600,
      });
      await rename(partial, this.#path);
    } catch (error) {
      this.#logger.warn(
        `The sandbox cluster could not be saved to ${
          this.#path
        }; it will be lost at the next start: ${error}`,
      );
    }
  }
}
