// What the browser tests talk to: the built app, served by a backend in the world that E2E_WORLD names.
// A world is a module in worlds/ with `start({directory, log})`, where `log` takes a line, which answers
//   configs  configuration files of the backend, after app-config.yaml
//   env      environment variables that those need
//   doors    by name, what the tests may open and close: `{open(), close()}`
//   world    what the tests have to know; see support/world.ts
//   stop()   ends what it started
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startDoorKeeper } from './doors.mjs';

const modules = {
  sandbox: './worlds/sandbox.mjs',
  cluster: './worlds/cluster.mjs',
  context: './worlds/context.mjs',
};
const name = process.env.E2E_WORLD || 'sandbox';
if (!modules[name]) {
  console.error(
    `e2e: E2E_WORLD is '${name}'; there are ${Object.keys(modules).join(', ')}`,
  );
  process.exit(1);
}
if (!existsSync('packages/app/dist/index.html')) {
  console.error(
    'e2e: the app is not built; run `./yarnw build:all` first, or all of `./yarnw test:all`',
  );
  process.exit(1);
}

// Read it when a test fails; on the terminal it would drown the tests
mkdirSync('node_modules/.cache', { recursive: true });
const log = openSync('node_modules/.cache/e2e-backend.log', 'w');

let backend;
let ending = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    ending = true;
    backend?.kill(signal);
  });
}

const directory = mkdtempSync(join(tmpdir(), 'backstage-flux-e2e-'));
const { start } = await import(modules[name]);
const { configs, env, doors, world, stop } = await start({
  directory,
  log: line => writeSync(log, `${line}\n`),
});
const keeper = await startDoorKeeper({ port: 4130, doors });

async function end(code) {
  keeper.close();
  await stop();
  rmSync(directory, { recursive: true, force: true });
  process.exit(code);
}

// Two runs against one cluster must not meet
const letters = Array.from({ length: 4 }, () =>
  String.fromCharCode(97 + randomInt(26)),
);
writeFileSync(
  'node_modules/.cache/e2e-world.json',
  JSON.stringify({
    ...world,
    name,
    prefix: `e2e-${letters.join('')}`,
    doors: { url: keeper.url, names: Object.keys(doors) },
  }),
  // It names tokens
  { mode: 0o600 },
);

// As `backstage-cli package start` does it, but without starting anew when somebody saves a file
backend = spawn(
  process.execPath,
  [
    '--enable-source-maps',
    '--require',
    resolve('node_modules/@backstage/cli-node/config/nodeTransform.cjs'),
    'src/index.ts',
    ...['app-config.yaml', ...configs].flatMap(file => [
      '--config',
      resolve(file),
    ]),
  ],
  {
    cwd: 'packages/backend',
    stdio: ['ignore', log, log],
    env: {
      NODE_ENV: 'development',
      ...process.env,
      E2E_DIRECTORY: directory,
      ...env,
    },
  },
);
backend.on('exit', code => end(code ?? 0));
if (ending) {
  backend.kill();
}
