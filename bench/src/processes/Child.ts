import { ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { createDeferred, DeferredPromise } from '@backstage/types';
import { register } from '../paths';

const children = new Set<ChildProcess>();

process.on('exit', () => children.forEach(child => child.kill('SIGKILL')));

const START_MS = 120_000;
const STOP_MS = 10_000;

/** A process of the benchmark that answers calls; it ends with this one, however that ends. */
export class Child {
  readonly #process: ChildProcess;
  readonly #calls = new Map<number, DeferredPromise<any>>();
  readonly #ready = createDeferred();
  readonly #exited = createDeferred();
  #next = 0;

  static async start(options: {
    script: string;
    log: string;
    args?: string[];
    nodeArgs?: string[];
  }): Promise<Child> {
    const child = new Child(options);
    const timer = setTimeout(
      () => child.#ready.reject(new Error('It took too long to start')),
      START_MS,
    );
    try {
      await child.#ready;
    } catch (error) {
      await child.stop();
      throw new Error(
        `${options.script} did not start; see ${options.log}: ${error}`,
      );
    } finally {
      clearTimeout(timer);
    }
    return child;
  }

  private constructor(options: {
    script: string;
    log: string;
    args?: string[];
    nodeArgs?: string[];
  }) {
    const log = openSync(options.log, 'w');
    this.#process = spawn(
      process.execPath,
      [
        ...(options.nodeArgs ?? []),
        '--require',
        register,
        options.script,
        ...(options.args ?? []),
      ],
      {
        stdio: ['ignore', log, log, 'ipc'],
        env: { ...process.env, NODE_ENV: 'production' },
      },
    );
    children.add(this.#process);
    this.#process.on('message', (message: any) => this.#receive(message));
    this.#process.on('exit', code => {
      children.delete(this.#process);
      const error = new Error(
        `${options.script} has ended (${code}); see ${options.log}`,
      );
      this.#ready.reject(error);
      this.#calls.forEach(call => call.reject(error));
      this.#exited.resolve();
    });
    this.#ready.catch(() => {});
  }

  get pid(): number {
    return this.#process.pid!;
  }

  call<T>(method: string, argument?: unknown): Promise<T> {
    const id = this.#next++;
    const call = createDeferred<T>();
    this.#calls.set(id, call);
    if (!this.#process.connected) {
      call.reject(new Error('The process has ended'));
    } else {
      this.#process.send({ id, method, argument });
    }
    return call;
  }

  /** Lets it write what it has to write, e.g. a profile, but not for long. */
  async stop() {
    if (this.#process.connected) {
      this.#process.disconnect();
    }
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  #receive(message: any) {
    if (message.ready) {
      this.#ready.resolve();
      return;
    }
    const call = this.#calls.get(message.id);
    if (call) {
      this.#calls.delete(message.id);
      if (message.error) {
        call.reject(new Error(message.error));
      } else {
        call.resolve(message.result);
      }
    }
  }
}
