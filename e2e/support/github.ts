import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { world } from './world';

const exec = promisify(execFile);

/** A call of GitHub's REST; answers undefined for 404. */
export async function github<T = any>(
  path: string,
  init: { method?: string; body?: object } = {},
): Promise<T | undefined> {
  const { url, token } = world().github;
  const response = await fetch(`${url}/api/v3${path}`, {
    method: init.method ?? 'GET',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    },
    body: init.body && JSON.stringify(init.body),
  });
  if (response.status === 404) {
    return undefined;
  }
  if (!response.ok) {
    throw new Error(
      `${path} answered ${response.status}: ${await response.text()}`,
    );
  }
  return response.status === 204 ? undefined : await response.json();
}

export const repoPath = (repo: string) =>
  `/repos/${world().github.owner}/${repo}`;

export interface WorkflowRun {
  id: number;
  name: string;
  head_sha: string;
  run_attempt: number;
  status: string;
  conclusion: string | null;
}

/** Newest first. */
export async function workflowRuns(repo: string): Promise<WorkflowRun[]> {
  const answer = await github<{ workflow_runs: WorkflowRun[] }>(
    `${repoPath(repo)}/actions/runs`,
  );
  return answer?.workflow_runs ?? [];
}

/** Of a commit's workflow, where there is one; null while it runs. */
export async function conclusionOf(repo: string, sha: string) {
  const runs = await workflowRuns(repo);
  return runs.find(run => run.head_sha === sha)?.conclusion;
}

export interface Commit {
  sha: string;
  commit: { author: { name: string }; message: string };
}

/** Of `main`, newest first. */
export async function commits(repo: string): Promise<Commit[]> {
  return (await github<Commit[]>(`${repoPath(repo)}/commits?sha=main`)) ?? [];
}

export async function createRepository(repo: string): Promise<void> {
  const { owner } = world().github;
  await github(`/orgs/${owner}/repos`, {
    method: 'POST',
    body: { name: repo, auto_init: true },
  });
}

/** A developer's clone. */
export class Clone {
  private constructor(readonly directory: string) {}

  static async of(repo: string): Promise<Clone> {
    const directory = await mkdtemp(join(tmpdir(), `${repo}-`));
    const { url: base, token, owner } = world().github;
    const url = `${base.replace(
      '://',
      `://x-access-token:${token}@`,
    )}/${owner}/${repo}.git`;
    await exec('git', ['clone', '-q', url, directory]);
    const clone = new Clone(directory);
    await clone.git('config', 'user.name', 'Developer');
    await clone.git('config', 'user.email', 'developer@acme.invalid');
    return clone;
  }

  async git(...args: string[]): Promise<string> {
    const { stdout } = await exec('git', args, { cwd: this.directory });
    return stdout.trim();
  }

  /** Runs the tests as the repository's README says; the exit code tells. */
  async test(): Promise<number> {
    return exec('npm', ['test'], { cwd: this.directory }).then(
      () => 0,
      error => error.code ?? 1,
    );
  }

  async edit(path: string, change: (text: string) => string): Promise<void> {
    const file = join(this.directory, path);
    const text = await readFile(file, 'utf8');
    const changed = change(text);
    if (changed === text) {
      throw new Error(`${path} is not what the test expects`);
    }
    await writeFile(file, changed);
  }

  async write(path: string, text: string): Promise<void> {
    const file = join(this.directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  /** Commits everything and pushes it to `main`; answers the commit. */
  async push(message: string): Promise<string> {
    await this.git('add', '-A');
    await this.git('commit', '-q', '-m', message);
    await this.git('push', '-q', 'origin', 'HEAD:main');
    return this.git('rev-parse', 'HEAD');
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Clones, lets `change` edit the files, and pushes that to `main`; answers the commit. */
export async function commit(
  repo: string,
  message: string,
  change: (clone: Clone) => Promise<void>,
): Promise<string> {
  const clone = await Clone.of(repo);
  try {
    await change(clone);
    return await clone.push(message);
  } finally {
    await clone.remove();
  }
}
