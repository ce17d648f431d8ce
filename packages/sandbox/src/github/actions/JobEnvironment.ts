import { mkdir, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { WorkflowProblem } from './workflow';

/** A path of the workspace; what leads out of it is refused. */
export function insideWorkspace(workspace: string, path: string): string {
  const target = resolve(workspace, path);
  const way = relative(workspace, target);
  if (way === '..' || way.startsWith('../') || isAbsolute(way)) {
    throw new WorkflowProblem(`${path} is outside of the workspace`);
  }
  return target;
}

/** A job's own directories and the environment that its steps get: nothing of this process but PATH. */
export class JobEnvironment {
  readonly home: string;
  readonly temporary: string;
  readonly workspace: string;
  readonly bin: string;
  /** What steps added through GITHUB_ENV. */
  readonly added: Record<string, string> = {};
  readonly #root: string;
  readonly #paths: string[] = [];
  readonly #base: Record<string, string>;

  static async create(
    root: string,
    repository: string,
    variables: (workspace: string) => Record<string, string>,
    event: unknown,
  ): Promise<JobEnvironment> {
    const environment = new JobEnvironment(root, repository, variables);
    for (const directory of [
      environment.home,
      environment.temporary,
      environment.workspace,
      environment.bin,
    ]) {
      await mkdir(directory, { recursive: true });
    }
    await writeFile(join(root, 'event.json'), JSON.stringify(event, null, 2));
    return environment;
  }

  private constructor(
    root: string,
    repository: string,
    variables: (workspace: string) => Record<string, string>,
  ) {
    this.#root = root;
    this.home = join(root, 'home');
    this.temporary = join(root, 'temp');
    this.bin = join(root, 'bin');
    this.workspace = join(root, 'work', repository);
    this.#base = {
      HOME: this.home,
      TMPDIR: this.temporary,
      LANG: 'C.UTF-8',
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      RUNNER_OS: 'Linux',
      RUNNER_NAME: 'sandbox',
      RUNNER_TEMP: this.temporary,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      // npm asks its registry about itself otherwise.
      npm_config_update_notifier: 'false',
      GITHUB_EVENT_PATH: join(root, 'event.json'),
      ...variables(this.workspace),
    };
  }

  addPath(directory: string): void {
    this.#paths.unshift(directory);
  }

  /** A place for a step's command files. */
  commandDirectory(step: number): string {
    return join(this.#root, 'commands', String(step));
  }

  scriptPath(step: number): string {
    return join(this.#root, `step-${step}.sh`);
  }

  variables(extra: Record<string, string>): Record<string, string> {
    const path = [
      ...this.#paths,
      this.bin,
      process.env.PATH ?? '/usr/bin:/bin',
    ];
    return {
      ...this.#base,
      PATH: path.join(':'),
      ...this.added,
      ...extra,
    };
  }

  /** Puts a program on PATH. */
  async addProgram(name: string, script: string): Promise<void> {
    await writeFile(join(this.bin, name), script, { mode: 0o755 });
  }

  /** As {@link addProgram}, for an ES module that the Node of this process runs. */
  async addNodeProgram(name: string, source: string): Promise<void> {
    const module = join(this.#root, `${name}.mjs`);
    await writeFile(module, source);
    await this.addProgram(
      name,
      `#!/bin/sh\nexec '${process.execPath}' '${module}' "$@"\n`,
    );
  }
}
