import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { Clone, github, owner, workflowRuns } from './github';

/** As many workflows as the sandbox runs at once. */
const runners = 2;

/**
 * Keeps every runner busy until the answered function is called, so that a new repository's first run
 * stays queued and what the tab says meanwhile can be looked at.
 */
export async function keepRunnersBusy(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'runners-'));
  const gate = join(directory, 'open');
  for (let i = 1; i <= runners; i++) {
    const repo = `busy-${i}`;
    await github(`/orgs/${owner}/repos`, {
      method: 'POST',
      body: { name: repo, auto_init: true },
    });
    const clone = await Clone.of(repo);
    await clone.git('checkout', '-q', '-B', 'main');
    await clone.write('.github/workflows/wait.yml', workflow(gate));
    await clone.push('Wait');
    await clone.remove();
    await expect
      .poll(async () => (await workflowRuns(repo))[0]?.status)
      .toBe('in_progress');
  }
  return async () => {
    await writeFile(gate, '');
    for (let i = 1; i <= runners; i++) {
      await expect
        .poll(async () => (await workflowRuns(`busy-${i}`))[0]?.status)
        .toBe('completed');
    }
    await rm(directory, { recursive: true, force: true });
  };
}

function workflow(gate: string): string {
  return `name: Wait
on:
  push:
    branches: [main]
jobs:
  wait:
    runs-on: ubuntu-latest
    steps:
      - run: until [ -e '${gate}' ]; do sleep 0.2; done
`;
}
