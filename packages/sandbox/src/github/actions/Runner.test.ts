import { mockServices } from '@backstage/backend-test-utils';
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startRegistry, type RegistryServer } from '../../registry';
import { git, gitLine } from '../git/git';
import {
  startTestGithub,
  type TestGithub,
} from '../__testUtils__/startTestGithub';

const workflow = `
name: ci
on:
  push:
    branches: [main]
    paths-ignore: ['deploy/**', '*.md']
  pull_request:
permissions: {}
env:
  IMAGE: ghcr.io/acme/orders
jobs:
  image:
    needs: test
    if: github.event_name == 'push' && github.ref == 'refs/heads/main'
    runs-on: ubuntu-24.04
    permissions: {contents: read, packages: write}
    steps:
      - uses: actions/checkout@v7
      - id: tag
        run: |
          sha="$(git rev-parse HEAD)"
          echo "tag=main-\${sha:0:7}-$(git show -s --format=%ct HEAD)" >> "$GITHUB_OUTPUT"
      - uses: docker/login-action@v4
        with: {password: '\${{ github.token }}'}
      - uses: docker/build-push-action@v7
        id: build
        with:
          push: true
          tags: \${{ env.IMAGE }}:\${{ steps.tag.outputs.tag }}
          labels: |
            team=\${{ needs.test.outputs.team }}
      - uses: sigstore/cosign-installer@v4
      - run: cosign sign --yes "$IMAGE@$DIGEST"
        env:
          DIGEST: \${{ steps.build.outputs.digest }}
  test:
    runs-on: ubuntu-24.04
    outputs:
      team: \${{ steps.team.outputs.name }}
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-node@v7
        with: {node-version: 24}
      - run: node --test
      - id: team
        run: |
          echo "name=orders team" >> "$GITHUB_OUTPUT"
          echo "FROM_ENV=kept" >> "$GITHUB_ENV"
          echo "token $TOKEN of \${{ secrets.GITHUB_TOKEN == github.token }}"
        env:
          TOKEN: \${{ github.token }}
      - name: Look around
        run: |
          echo "env $FROM_ENV; leaked: \${BACKEND_SECRET:-nothing}; home $HOME"
          echo "## Summary" >> "$GITHUB_STEP_SUMMARY"
`;

const passing = `require('node:test')('adds', () => {});\n`;
const failing = `require('node:test')('adds', () => { throw new Error('2 is not 3'); });\n`;

describe('the runner', () => {
  let registry: RegistryServer;
  let github: TestGithub;
  let clone: string;

  beforeEach(async () => {
    const logger = mockServices.logger.mock();
    process.env.BACKEND_SECRET = 'leaked';
    github = await startTestGithub();
    registry = await startRegistry({
      directory: await github.temporaryDirectory(),
      port: 0,
      logger,
    });
    github = await github.restart({ registryUrl: registry.url });
    await github.api('/orgs/acme/repos', {
      method: 'POST',
      body: { name: 'orders' },
    });
    clone = join(await github.temporaryDirectory(), 'orders');
    const url = new URL(`${github.url}/acme/orders.git`);
    url.username = 'x-access-token';
    url.password = 'admin-token';
    await git('/', ['clone', '--quiet', url.href, clone]);
  });

  afterEach(async () => {
    delete process.env.BACKEND_SECRET;
    await registry.close();
    await github.stop();
  });

  /** Commits files and pushes; gives the commit's sha. */
  async function push(
    files: Record<string, string>,
    { branch = 'main', message = 'Change' } = {},
  ): Promise<string> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(clone, path, '..'), { recursive: true });
      await writeFile(join(clone, path), content);
    }
    const env = {
      GIT_AUTHOR_NAME: 'guest',
      GIT_AUTHOR_EMAIL: 'guest@localhost',
      GIT_COMMITTER_NAME: 'guest',
      GIT_COMMITTER_EMAIL: 'guest@localhost',
    };
    await git(clone, ['add', '--all']);
    await git(clone, ['commit', '--quiet', '-m', message], { env });
    await git(clone, ['push', '--quiet', 'origin', `HEAD:${branch}`]);
    return gitLine(clone, ['rev-parse', 'HEAD']);
  }

  async function completedRuns() {
    await github.idle();
    expect(github.logger.error).not.toHaveBeenCalled();
    const runs = await github.api('/repos/acme/orders/actions/runs');
    return runs.body.workflow_runs;
  }

  async function jobsOf(run: number) {
    const jobs = await github.api(
      `/repos/acme/orders/actions/runs/${run}/jobs`,
    );
    return jobs.body.jobs;
  }

  const logOf = async (job: { id: number }) =>
    (await github.api(`/repos/acme/orders/actions/jobs/${job.id}/logs`)).text;

  async function tags(): Promise<string[]> {
    const response = await fetch(`${registry.url}/v2/acme/orders/tags/list`);
    return response.ok ? (await response.json()).tags : [];
  }

  const files = {
    '.github/workflows/ci.yml': workflow,
    Dockerfile: 'FROM scratch\n',
    'test/add.test.js': passing,
  };

  it('tests a push to main, and publishes the image that passed', async () => {
    const sha = await push(files);
    const [run] = await completedRuns();
    expect(run).toMatchObject({
      name: 'ci',
      head_sha: sha,
      status: 'completed',
      conclusion: 'success',
    });
    const [test, image] = await jobsOf(run.id);
    expect([test.name, image.name]).toEqual(['test', 'image']);
    const log = await logOf(test);
    expect(log).toMatch(/pass 1/);
    expect(log).toMatch(/token \*\*\* of true/);
    expect(log).toMatch(/env kept; leaked: nothing/);
    const time = await gitLine(clone, ['show', '-s', '--format=%ct']);
    const tag = `main-${sha.slice(0, 7)}-${time}`;
    expect(await tags()).toEqual([tag]);
    expect(await logOf(image)).toMatch(/cosign sign: not run in the sandbox/);

    const base = `${registry.url}/v2/acme/orders`;
    const manifest = await (await fetch(`${base}/manifests/${tag}`)).json();
    const config = await fetch(`${base}/blobs/${manifest.config.digest}`);
    expect((await config.json()).config.Labels).toMatchObject({
      'org.opencontainers.image.revision': sha,
      'org.opencontainers.image.source': `${github.url}/acme/orders`,
      team: 'orders team',
    });
    // The job's directory is gone with the job.
    const home = /home (\S+)/.exec(log)![1];
    await expect(access(home)).rejects.toThrow('ENOENT');
  }, 30_000);

  it('publishes nothing when a test fails; a fix publishes again', async () => {
    await push({ ...files, 'test/add.test.js': failing });
    const [run] = await completedRuns();
    expect(run.conclusion).toBe('failure');
    const [test, image] = await jobsOf(run.id);
    expect(test).toMatchObject({ conclusion: 'failure' });
    expect(test.steps.map((s: any) => s.conclusion)).toEqual([
      'success',
      'success',
      'failure',
      'skipped',
      'skipped',
    ]);
    expect(image.conclusion).toBe('skipped');
    expect(await logOf(test)).toMatch(/2 is not 3/);
    expect(await tags()).toEqual([]);

    await push({ 'test/add.test.js': passing });
    expect((await completedRuns())[0].conclusion).toBe('success');
    expect(await tags()).toHaveLength(1);
  }, 30_000);

  it('ignores what the filters leave out', async () => {
    await push(files);
    expect(await completedRuns()).toHaveLength(1);
    const update = await push({
      'deploy/app/kustomization.yaml': 'newTag: main-1\n',
    });
    const none = await github.api(
      `/repos/acme/orders/actions/runs?head_sha=${update}`,
    );
    expect(none.body).toEqual({ total_count: 0, workflow_runs: [] });
    await push({ 'README.md': '# Orders\n' });
    await push({ 'src/a.js': '1\n' }, { branch: 'feature' });
    await push({ 'src/b.js': '1\n' }, { message: 'Later [skip ci]' });
    expect(await completedRuns()).toHaveLength(1);
    await push({ 'deploy/app/x.yaml': 'a: 1\n', 'src/c.js': '1\n' });
    expect(await completedRuns()).toHaveLength(2);
  }, 30_000);

  it('runs an old commit again, with its own workflow and tag', async () => {
    const old = await push(files);
    const [{ id }] = await completedRuns();
    const first = await tags();
    const newer = await push({
      '.github/workflows/ci.yml':
        'on: push\njobs: {a: {steps: [{run: exit 1}]}}',
    });
    const newest = (await completedRuns())[0];
    expect(newest).toMatchObject({ head_sha: newer, conclusion: 'failure' });
    await fetch(`${registry.url}/v2/acme/orders/manifests/${first[0]}`, {
      method: 'DELETE',
    });

    const rerun = `/repos/acme/orders/actions/runs/${id}/rerun`;
    expect((await github.api(rerun, { method: 'POST' })).status).toBe(201);
    const again = await github.api(rerun, { method: 'POST' });
    expect(again).toMatchObject({
      status: 403,
      body: {
        message: 'The workflow run containing this job is already running',
      },
    });
    expect(await completedRuns()).toHaveLength(2);
    const found = await github.api(
      `/repos/acme/orders/actions/runs?head_sha=${old}`,
    );
    expect(found.body).toMatchObject({
      total_count: 1,
      workflow_runs: [
        { id, head_sha: old, run_attempt: 2, conclusion: 'success' },
      ],
    });
    expect(await tags()).toEqual(first);

    const page = `${github.url}/acme/orders/actions/runs/${id}`;
    expect(await (await fetch(page)).text()).toContain('Re-run</button>');
    const pressed = await fetch(`${page}/rerun`, {
      method: 'POST',
      headers: { origin: github.url },
      redirect: 'manual',
    });
    expect(pressed.status).toBe(303);
    await completedRuns();
    expect(
      (await github.api(`/repos/acme/orders/actions/runs/${id}`)).body,
    ).toMatchObject({ run_attempt: 3, conclusion: 'success' });
  }, 30_000);

  it('says what it does not support, and what is not valid', async () => {
    const jobs = (job: string) => `on: push\njobs:\n  a:\n    ${job}\n`;
    await push({
      '.github/workflows/a.yml': jobs(
        'strategy: {matrix: {v: [1]}}\n    steps: [{run: "true"}]',
      ),
      '.github/workflows/b.yml': 'on: [push\n',
      '.github/workflows/c.yml': jobs('steps: [{uses: acme/thing@v1}]'),
      '.github/workflows/d.yml': jobs(
        'steps: [{run: "true", if: "hashFiles(1)"}]',
      ),
    });
    const runs = await completedRuns();
    expect(runs.map((r: any) => r.conclusion)).toEqual(
      Array(4).fill('failure'),
    );
    const problem = (name: string) =>
      github.runs
        .list(github.repositories.get('acme', 'orders')!)
        .find(r => r.path.endsWith(name))!;
    expect(problem('a.yml').problem).toMatch(/does not support strategy/);
    expect(problem('b.yml').problem).toMatch(/Invalid workflow file/);
    expect(await logOf(problem('c.yml').jobs[0])).toMatch(
      /cannot run acme\/thing/,
    );
    expect(await logOf(problem('d.yml').jobs[0])).toMatch(
      /does not support hashFiles\(\)/,
    );
  }, 30_000);

  describe('the languages of this machine', () => {
    const path = process.env.PATH!;
    let bin: string;

    beforeEach(async () => {
      bin = await github.temporaryDirectory();
    });
    afterEach(() => {
      process.env.PATH = path;
    });

    /** Puts a program of that name before those of the machine. */
    const addProgram = async (name: string, script: string) => {
      await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, {
        mode: 0o755,
      });
      process.env.PATH = `${bin}:${path}`;
    };

    /** Runs a job with these steps and gives how it ended, with its log. */
    const runSteps = async (steps: string) => {
      await push({
        'go.mod': 'module example.com/orders\n\ngo 1.25\n',
        '.github/workflows/ci.yml': `on: push\njobs: {a: {steps: [${[
          '{uses: actions/checkout@v7}',
          steps,
        ].join(', ')}]}}\n`,
      });
      const [run] = await completedRuns();
      const [job] = await jobsOf(run.id);
      return { conclusion: run.conclusion, log: await logOf(job) };
    };

    it('gives Go, and says when another was asked for', async () => {
      await addProgram('go', 'echo go version go1.26.8 linux/amd64');
      const setup = (options: string) =>
        runSteps(
          `{id: go, uses: actions/setup-go@v7, with: {${options}}}, {run: 'echo "got $V, $GOTOOLCHAIN"; go version', env: {V: '\${{ steps.go.outputs.go-version }}'}}`,
        );
      const other = await setup('go-version-file: go.mod');
      expect(other.conclusion).toBe('success');
      expect(other.log).toMatch(
        /go-version is 1\.25; the sandbox has only the Go of this machine, 1\.26\.8/,
      );
      expect(other.log).toMatch(/got 1\.26\.8, local[^]*version go1\.26\.8/);
      const same = await setup("go-version: '1.26'");
      expect(same.log).toMatch(/go: 1\.26\.8/);
      expect(same.log).not.toMatch(/has only/);
      expect((await setup('go-version-file: no.mod')).log).toMatch(
        /##\[error\]The file of go-version-file does not exist: no\.mod/,
      );
    }, 30_000);

    it('gives Python by both its names, and says when another was asked for', async () => {
      await addProgram('python3', 'echo Python 3.11.7');
      const { conclusion, log } = await runSteps(
        `{uses: actions/setup-python@v7, with: {python-version: '3.14'}}, {run: 'echo "ran $(python anything)"'}`,
      );
      expect(conclusion).toBe('success');
      expect(log).toMatch(
        /python-version is 3\.14; the sandbox has only the Python of this machine, 3\.11\.7/,
      );
      expect(log).toMatch(/ran Python 3\.11\.7/);
    }, 30_000);

    it('fails and says what to install when there is none', async () => {
      await addProgram('python3', 'exit 1');
      const { conclusion, log } = await runSteps(
        '{uses: actions/setup-python@v7}, {run: echo went on}',
      );
      expect(conclusion).toBe('failure');
      expect(log).toMatch(/##\[error\].*no python3 on PATH: install Python/);
      expect(log).not.toMatch(/went on$/m);
    }, 30_000);
  });

  it('opens a pull request for the branch that Flux pushes to, once, and closes it', async () => {
    const branch = 'flux-image-updates';
    await push({
      '.github/workflows/deploy-request.yml': `
on: {push: {branches: [${branch}]}}
permissions: {}
jobs:
  open:
    permissions: {pull-requests: write}
    steps:
      - uses: actions/checkout@v7
      - env: {GH_TOKEN: '\${{ github.token }}', GH_REPO: '\${{ github.repository }}'}
        run: |
          open="$(gh api "repos/$GH_REPO/pulls?state=open&base=main&head=acme:${branch}" --jq '.[].number')"
          if [ -z "$open" ]; then
            gh pr create --base main --head ${branch} --title 'Deploy it' --body 'New image'
          elif [ "$(cat deploy/tag)" = stop ]; then
            gh pr close "$open"
          fi
`,
    });
    for (const tag of ['1', '2']) {
      await push({ 'deploy/tag': tag }, { branch });
      const [run] = await completedRuns();
      expect(await logOf((await jobsOf(run.id))[0])).not.toMatch(/error/);
      expect(run).toMatchObject({ conclusion: 'success', head_branch: branch });
    }
    const pulls = await github.api('/repos/acme/orders/pulls');
    expect(pulls.body).toEqual([
      expect.objectContaining({
        title: 'Deploy it',
        user: expect.objectContaining({ login: 'github-actions[bot]' }),
      }),
    ]);
    await push({ 'deploy/tag': 'stop' }, { branch });
    await completedRuns();
    const left = await github.api('/repos/acme/orders/pulls');
    expect(left.body).toEqual([]);
  }, 30_000);

  it('gives a job’s token no more than its own repository', async () => {
    await github.api('/orgs/acme/repos', {
      method: 'POST',
      body: { name: 'other' },
    });
    await push({
      '.github/workflows/ci.yml': `
on: push
jobs:
  a:
    permissions: {contents: write}
    steps:
      - env: {T: '\${{ github.token }}'}
        run: |
          node -e "
            const put = repo => fetch(process.env.GITHUB_API_URL + '/repos/acme/' + repo + '/contents/x', {
              method: 'PUT', body: JSON.stringify({message: 'm', content: 'YQ=='}),
              headers: {authorization: 'Bearer ' + process.env.T, 'content-type': 'application/json'},
            }).then(r => console.log(repo, r.status));
            put('other').then(() => put('orders'));"
`,
    });
    const runs = await completedRuns();
    // The job's own commit started nothing.
    expect(runs).toHaveLength(1);
    const log = await logOf((await jobsOf(runs[0].id))[0]);
    expect(log).toMatch(/other 403[^]*orders 201/);
  }, 30_000);

  const sleeping = (extra = '') =>
    `on: push\njobs:\n  wait:\n    steps:\n      - run: |\n          echo started $$\n          sleep 300 & wait\n${extra}`;

  async function startedJob() {
    for (;;) {
      const [run] = (await github.api('/repos/acme/orders/actions/runs')).body
        .workflow_runs;
      const [job] = run ? await jobsOf(run.id) : [];
      const started = job && /started (\d+)/.exec(await logOf(job));
      if (run?.status === 'completed') {
        throw new Error(`The run is over: ${JSON.stringify(run)}`);
      }
      if (started) {
        return { run, job, pid: Number(started[1]) };
      }
    }
  }

  /** Resolves when no process of a group is left; one that nobody has collected yet counts as gone. */
  async function groupGone(group: number): Promise<void> {
    for (;;) {
      const ids = (await readdir('/proc')).filter(id => /^\d+$/.test(id));
      const stats = await Promise.all(
        ids.map(id => readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')),
      );
      const alive = stats.some(stat => {
        const [state, , pgrp] = stat
          .slice(stat.lastIndexOf(')') + 2)
          .split(' ');
        return Number(pgrp) === group && state !== 'Z';
      });
      if (!alive) {
        return;
      }
    }
  }

  it('ends a step at its time-out', async () => {
    await push({
      '.github/workflows/ci.yml': sleeping(
        '        timeout-minutes: 0.005\n        continue-on-error: true\n      - run: echo after\n',
      ),
    });
    const [run] = await completedRuns();
    expect(run.conclusion).toBe('success');
    const [job] = await jobsOf(run.id);
    expect(await logOf(job)).toMatch(/has timed out[^]*after/);
  }, 30_000);

  it('cancels a run with all its processes, and runs it again', async () => {
    await push({ '.github/workflows/ci.yml': sleeping() });
    const { run, pid } = await startedJob();
    const runs = `/repos/acme/orders/actions/runs/${run.id}`;
    await github.api(`${runs}/cancel`, { method: 'POST' });
    expect((await completedRuns())[0].conclusion).toBe('cancelled');
    await groupGone(pid);

    expect((await github.api(`${runs}/rerun`, { method: 'POST' })).status).toBe(
      201,
    );
    const again = await startedJob();
    expect(again.run).toMatchObject({ id: run.id, run_attempt: 2 });
    await github.close();
    await groupGone(again.pid);
    github = await github.restart();
    const [after] = await completedRuns();
    expect(after).toMatchObject({ id: run.id, conclusion: 'cancelled' });
  }, 30_000);
});
