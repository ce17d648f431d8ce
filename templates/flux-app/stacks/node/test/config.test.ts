import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../src/config.ts';

test('nothing has to be configured', () => {
  assert.deepEqual(readConfig({}), {
    host: '0.0.0.0',
    port: 8080,
    logLevel: 'info',
    shutdownDelayMs: 5_000,
    drainTimeoutMs: 20_000,
  });
});

test('values come from the environment', () => {
  const config = readConfig({ PORT: '9000', LOG_LEVEL: 'debug', DRAIN_TIMEOUT_MS: '0' });
  assert.equal(config.port, 9000);
  assert.equal(config.logLevel, 'debug');
  assert.equal(config.drainTimeoutMs, 0);
});

test('one error names everything that is wrong', () => {
  assert.throws(() => readConfig({ PORT: '65536', LOG_LEVEL: 'loud', DRAIN_TIMEOUT_MS: '1e3' }), {
    message: /(?=.*PORT must .*"65536")(?=.*LOG_LEVEL must .*"loud")(?=.*DRAIN_TIMEOUT_MS must .*"1e3")/,
  });
});
