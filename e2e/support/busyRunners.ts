import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { commit, createRepository, workflowRuns } from './github';
import { named } from './world';

/** As many workflows as the GitHub double runs at once. */
const runners = 2;

/**
 * Keeps every runner busy until the answered function is called, so that a new repository's first run
 * stays queued and what the tab says meanwhile can be looked at.
 */
export async function keepRunnersBusy(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'runners-'));
  const gate = join(directory, 'open');
  const repos = Array.from({ length: runners }, (_, i) => named(`busy-${i}`));
  for (const repo of repos) {
    await createRepository(repo);
    await commit(repo, 'Wait', clone =>
      clone.write('.github/workflows/wait.yml', workflow(gate)),
    );
    await expect
      .poll(async () => (await workflowRuns(repo))[0]?.status)
      .toBe('in_progress');
  }
  return async () => {
    await writeFile(gate, '');
    for (const repo of repos) {
      await expect
        .poll(async () => (await workflowRuns(repo))[0]?.status)
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
