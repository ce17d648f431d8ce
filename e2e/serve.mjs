// The backend that the browser tests talk to: the built app on a sandbox of its own, gone afterwards.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

if (!existsSync('packages/app/dist/index.html')) {
  console.error(
    'e2e: the app is not built; run `./yarnw build:all` first, or all of `./yarnw test:all`',
  );
  process.exit(1);
}

// Read it when a test fails; on the terminal it would drown the tests
mkdirSync('node_modules/.cache', { recursive: true });
const log = openSync('node_modules/.cache/e2e-backend.log', 'w');

const directory = mkdtempSync(join(tmpdir(), 'backstage-flux-e2e-'));
const configs = [
  'app-config.yaml',
  'app-config.sandbox.yaml',
  'app-config.e2e.yaml',
];

const backend = spawn(
  process.execPath,
  [
    resolve('node_modules/@backstage/cli/bin/backstage-cli'),
    'package',
    'start',
    ...configs.flatMap(file => ['--config', resolve(file)]),
  ],
  {
    cwd: 'packages/backend',
    stdio: ['ignore', log, log],
    env: { ...process.env, E2E_DIRECTORY: directory },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => backend.kill(signal));
}
backend.on('exit', code => {
  rmSync(directory, { recursive: true, force: true });
  process.exit(code ?? 0);
});
