import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { runShell } from './shell';

export type BuildMode = 'auto' | 'docker' | 'none';

/** Whether images can be built, and in words, by what or why not. */
export type EngineState = { ready: boolean; explanation: string };

const probeMs = 5_000;
// The first whose `docker save` writes an OCI image layout
const oldestMajor = 25;

/** What the docker client needs to find its engine; nothing else of this process can get into an image. */
const passedOn =
  /^(PATH|HOME|XDG_RUNTIME_DIR|SSH_AUTH_SOCK|DOCKER_.*|(https?|no)_proxy)$/i;

function clientEnvironment(): Record<string, string> {
  const passed = Object.entries(process.env).filter(([name]) =>
    passedOn.test(name),
  );
  return {
    ...Object.fromEntries(passed as [string, string][]),
    BUILDKIT_PROGRESS: 'plain',
    // One manifest an image: statements about a build that nobody signs say nothing
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
  };
}

/** The container engine that the `docker` client talks to, if there is one and it may be used. */
export class ContainerEngine {
  readonly #mode: BuildMode;
  #state?: Promise<EngineState>;

  constructor(mode: BuildMode) {
    this.#mode = mode;
  }

  /** Asked once; the engine is not expected to come or go. */
  state(): Promise<EngineState> {
    this.#state ??= this.#probe();
    return this.#state;
  }

  async #probe(): Promise<EngineState> {
    if (this.#mode === 'none') {
      return {
        ready: false,
        explanation: "the sandbox's configuration has github.build: none",
      };
    }
    try {
      const { stdout } = await promisify(execFile)(
        'docker',
        ['version', '--format', '{{.Server.Version}}'],
        { env: clientEnvironment(), timeout: probeMs },
      );
      const version = stdout.trim();
      return Number.parseInt(version, 10) >= oldestMajor
        ? { ready: true, explanation: `Docker ${version}` }
        : {
            ready: false,
            explanation: `Docker ${oldestMajor} or newer is needed, the engine is ${version}`,
          };
    } catch (error) {
      const { code, killed, stderr } = error as {
        code?: unknown;
        killed?: boolean;
        stderr?: string;
      };
      if (code === 'ENOENT') {
        return { ready: false, explanation: 'there is no docker program' };
      }
      return {
        ready: false,
        explanation: killed
          ? `docker version did not answer within ${probeMs / 1000} s`
          : stderr?.trim() || String(error),
      };
    }
  }

  /** Whether a step must fail without an engine. */
  get required(): boolean {
    return this.#mode === 'docker';
  }

  /** Runs the docker client and gives its exit code; the output goes to a log. */
  run(
    args: string[],
    options: {
      cwd: string;
      signal: AbortSignal;
      output(text: string): void;
    },
  ): Promise<number> {
    return runShell('docker', args, { ...options, env: clientEnvironment() });
  }

  /** Gives the archive of an image to a reader as the engine writes it. */
  async save(
    image: string,
    read: (archive: Readable) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const child = spawn('docker', ['image', 'save', image], {
      env: clientEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    const [[exitCode], errors, unread] = await Promise.all([
      once(child, 'close') as Promise<[number | null]>,
      text(child.stderr),
      read(child.stdout).catch((error: Error) => {
        child.kill();
        return error;
      }),
    ]);
    // An archive that breaks off cannot be read either; why it does is what counts
    if (exitCode) {
      throw new Error(`docker image save failed: ${errors.trim()}`);
    }
    if (unread) {
      throw unread;
    }
  }
}
