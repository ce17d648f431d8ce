import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type LogLine, runService } from './support.ts';

test('finishes requests that are under way, then stops', async () => {
  const arrived = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const { service, url } = await runService({
    routes: {
      '/slow': async () => {
        arrived.resolve();
        await release.promise;
        return { status: 200, body: { done: true } };
      },
    },
  });
  const slow = fetch(`${url}/slow`);
  await arrived.promise;
  const stopped = service.stop();
  release.resolve();
  assert.deepEqual(await (await slow).json(), { done: true });
  assert.equal(await stopped, true);
  await assert.rejects(fetch(`${url}/healthz`));
});

test('says that it is not ready before it stops to listen', async () => {
  const { service, url } = await runService({ config: { shutdownDelayMs: 1_000 } });
  const stopped = service.stop();
  assert.equal((await fetch(`${url}/readyz`)).status, 503);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.equal(await stopped, true);
});

test('cuts off what does not finish in time, and says so', async () => {
  const { service, url, log } = await runService({ config: { drainTimeoutMs: 50 } });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  socket.write('GET / HTTP/1.1\r\nhost: half a request\r\n');
  await fetch(`${url}/healthz`);
  assert.equal(await service.stop(), false);
  await closed;
  assert.ok(log.some(line => line.message === 'requests were cut off'));
});

function runMain(env: Record<string, string>) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', SHUTDOWN_DELAY_MS: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, lines: createInterface({ input: child.stdout }) };
}

test('SIGTERM ends the process with 0', async () => {
  const { child, lines } = runMain({});
  const exit = once(child, 'exit');
  const messages: unknown[] = [];
  for await (const line of lines) {
    const entry = JSON.parse(line) as LogLine;
    messages.push(entry.message);
    if (entry.message === 'listening') {
      assert.equal((await fetch(`http://127.0.0.1:${entry.port}/readyz`)).status, 200);
      child.kill('SIGTERM');
    }
  }
  assert.deepEqual((await exit)[0], 0);
  assert.deepEqual(messages, ['listening', 'signal', 'stopping', 'stopped']);
});

test('a wrong configuration ends the process with 1 and its reason', async () => {
  const { child, lines } = runMain({ PORT: 'eighty' });
  const exit = once(child, 'exit');
  const entries: LogLine[] = [];
  for await (const line of lines) entries.push(JSON.parse(line) as LogLine);
  assert.equal((await exit)[0], 1);
  assert.match((entries[0]?.error as Error | undefined)?.message ?? '', /PORT must be a whole number/);
});
