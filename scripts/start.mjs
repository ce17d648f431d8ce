// `yarn start`: Backstage's own start command. Without --config it starts the sandbox; with --config it
// starts whatever the given files describe.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { prepareTechDocs } from './techdocs.mjs';

const given = process.argv.slice(2);
const hasConfig = given.some(arg => arg.startsWith('--config'));
const defaults = [
  'app-config.yaml',
  'app-config.sandbox.yaml',
  'app-config.local.yaml',
]
  .filter(file => existsSync(file))
  .flatMap(file => ['--config', file]);

// Each package starts in its own folder, so that a relative path would mean something else there
const args = [...given, ...(hasConfig ? [] : defaults)].map((arg, i, all) => {
  if (all[i - 1] === '--config') {
    return resolve(arg);
  }
  return arg.replace(
    /^--config=(.*)/,
    (_, file) => `--config=${resolve(file)}`,
  );
});

const child = spawn(
  process.execPath,
  ['node_modules/@backstage/cli/bin/backstage-cli', 'repo', 'start', ...args],
  {
    stdio: 'inherit',
    env: { ...process.env, PATH: prepareTechDocs(process.env.PATH) },
  },
);
// The terminal sends Ctrl+C to the whole group; other signals have to be handed on
for (const signal of ['SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}
process.on('SIGINT', () => {});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 0 : 1);
});
