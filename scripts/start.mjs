// `yarn start`: Backstage's own start command. Without --config it starts the sandbox; with --config it
// starts whatever the given files describe.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { prepareTechDocs } from './techdocs.mjs';

const args = process.argv.slice(2);
if (!args.some(arg => arg.startsWith('--config'))) {
  args.push(
    '--config',
    'app-config.yaml',
    '--config',
    'app-config.sandbox.yaml',
  );
  if (existsSync('app-config.local.yaml')) {
    args.push('--config', 'app-config.local.yaml');
  }
}

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
