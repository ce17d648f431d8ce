import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type RunningService, runService } from './support.ts';

let running: RunningService;

before(async () => {
  running = await runService({
    now: () => new Date('2026-01-02T03:04:05Z'),
    routes: {
      ...(await import('../src/routes.ts')).routes,
      '/broken': () => {
        throw new Error('the reason');
      },
    },
  });
});
after(() => running.service.stop());

const get = (path: string, init?: RequestInit) => fetch(`${running.url}${path}`, init);

test('says that it is alive and ready', async () => {
  assert.equal((await get('/healthz')).status, 200);
  assert.equal((await get('/readyz')).status, 200);
});

test('says what it is', async () => {
  assert.deepEqual(await (await get('/')).json(), { name: 'under-test', version: '1.2.3' });
});

test('tells the time in a zone', async () => {
  const response = await get('/api/time?zone=Asia/Tokyo');
  assert.equal(response.status, 200);
  const body = (await response.json()) as Record<string, string>;
  assert.equal(body.iso, '2026-01-02T03:04:05.000Z');
  assert.match(body.local ?? '', /12:04:05/);
});

test('refuses a zone that does not exist', async () => {
  const response = await get('/api/time?zone=Mars/Olympus');
  assert.equal(response.status, 400);
  assert.match(((await response.json()) as { error: string }).error, /time zone/);
});

test('answers 404 to what it does not know, even names that every object has', async () => {
  assert.equal((await get('/nothing')).status, 404);
  assert.equal((await get('/__proto__')).status, 404);
  assert.equal((await get('/constructor')).status, 404);
});

test('answers 405 to other methods', async () => {
  const response = await get('/', { method: 'POST' });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get('allow'), 'GET, HEAD');
});

test('answers 500 without telling why, and logs why', async () => {
  const response = await get('/broken', { headers: { 'x-request-id': 'find-me' } });
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /the reason/);
  const line = running.log.find(entry => entry.requestId === 'find-me' && entry.level === 'error');
  assert.equal((line?.error as Error | undefined)?.message, 'the reason');
});

test('keeps a request id that is safe and replaces one that is not', async () => {
  const kept = await get('/', { headers: { 'x-request-id': 'abc-1' } });
  assert.equal(kept.headers.get('x-request-id'), 'abc-1');
  const replaced = await get('/', { headers: { 'x-request-id': 'a b {"x":1}' } });
  assert.match(replaced.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
});
