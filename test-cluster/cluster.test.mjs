// Run by `yarn test:cluster`, where Go is there: the command as a person uses it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { isRunning } from './lib/processes.mjs';

const parent = await mkdtemp(join(tmpdir(), 'test-cluster-'));
const directory = join(parent, 'cluster');
const isReady = /^(\S+) +ready +process \d+, \d+ MiB$/gm;

after(async () => {
  await cluster(['down']);
  await rm(parent, { recursive: true, force: true });
});

function cluster(args, { env, at = directory } = {}) {
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [join(import.meta.dirname, 'cluster.mjs'), ...args, '--directory', at],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) =>
        resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

async function processes() {
  const state = await readFile(join(directory, 'state.json'), 'utf8');
  return JSON.parse(state).processes;
}

test('without Go, one message says what is needed', async () => {
  const { code, stdout, stderr } = await cluster(['up'], {
    env: { PATH: '/nowhere' },
  });
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^The test cluster .* needs Go 1\.26 .*\n$/);
});

test('a word that it does not know gets the usage', async () => {
  const { code, stderr } = await cluster(['start']);
  assert.equal(code, 2);
  assert.match(stderr, /^usage: yarnw cluster up \| status \| down/);
});

test('nothing started: status says so, and down has nothing to do', async () => {
  const status = await cluster(['status']);
  assert.deepEqual([status.code, status.stdout], [1, 'cluster: not started\n']);
  assert.equal((await cluster(['down'])).code, 0);
});

test('a folder that is not its own is left alone', async () => {
  await writeFile(join(parent, 'mine.txt'), 'mine');
  const { code, stderr } = await cluster(['down'], { at: parent });
  assert.equal(code, 1);
  assert.match(stderr, /is not a test cluster's/);
  assert.ok(existsSync(join(parent, 'mine.txt')));
});

test('up: every process is ready, and the kubeconfig is printed', async () => {
  const { code, stdout } = await cluster(['up']);
  assert.equal(code, 0, stdout);
  assert.match(stdout, new RegExp(`KUBECONFIG=${directory}/kubeconfig`));
  const status = await cluster(['status']);
  assert.equal(status.code, 0);
  assert.deepEqual(
    [...status.stdout.matchAll(isReady)].map(([, name]) => name),
    [
      'etcd',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'registry',
      'stand-ins',
      'kustomize-controller',
      'helm-controller',
    ],
  );
});

test('up again: finds it running', async () => {
  const before = await processes();
  const { code, stdout } = await cluster(['up']);
  assert.equal(code, 0);
  assert.match(stdout, /is running already/);
  assert.deepEqual(await processes(), before);
});

test('after a crash, status says what ended, and up begins anew', async () => {
  const before = await processes();
  const crashed = before.find(({ name }) => name === 'kube-apiserver');
  process.kill(crashed.pid, 'SIGKILL');
  const status = await cluster(['status']);
  assert.equal(status.code, 1);
  assert.match(status.stdout, /^kube-apiserver +ended *$/m);

  const { code, stdout } = await cluster(['up']);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /ends what is left of an earlier cluster/);
  assert.deepEqual(before.filter(isRunning), []);
  assert.equal((await cluster(['status'])).code, 0);
});

test('down leaves nothing behind', async () => {
  const before = await processes();
  assert.equal((await cluster(['down'])).code, 0);
  assert.deepEqual(before.filter(isRunning), []);
  assert.ok(!existsSync(directory));
});
