import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SetupError } from './SetupError.mjs';

const module = join(import.meta.dirname, '..');
const kubernetesVersion = 'v1.36.3';
const versionOf = path => `-X ${path}.gitVersion=${kubernetesVersion}`;

const programs = [
  './kubebox',
  'github.com/fluxcd/kustomize-controller',
  'github.com/fluxcd/helm-controller',
  'github.com/distribution/distribution/v3/cmd/registry',
  'sigs.k8s.io/controller-tools/cmd/controller-gen',
];

// The same flags for every program and every time: others would compile each package anew
const flags = [
  '-trimpath',
  '-buildvcs=false',
  '-ldflags',
  `-s -w ${versionOf('k8s.io/component-base/version')} ${versionOf(
    'k8s.io/client-go/pkg/version',
  )}`,
];

const crdTypes = [
  'source-controller/api/v1',
  'kustomize-controller/api/v1',
  'helm-controller/api/v2',
  'image-reflector-controller/api/v1',
  'image-automation-controller/api/v1',
  'notification-controller/api/v1',
  'notification-controller/api/v1beta3',
];

const unusedAfterDays = 30;

/** Whether a Go toolchain is there that can build the cluster's programs. */
export async function findGo() {
  const version = await output('go', ['env', 'GOVERSION']).catch(() => '');
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  const enough = Number(major) > 1 || Number(minor) >= 26;
  return enough ? version.trim() : undefined;
}

/**
 * Builds what is not built yet. Answers `{ bin, crds }`, two folders: the programs, and the
 * CustomResourceDefinitions of Flux as YAML. What is built is found again by its content: the sources,
 * the pinned modules, the flags, the compiler and the platform.
 *
 * @throws SetupError without Go
 */
export async function build(log) {
  const go = await findGo();
  if (!go) {
    throw new SetupError(
      'The test cluster is built from source and needs Go 1.26 or newer on the PATH: https://go.dev/doc/install',
    );
  }
  const cache = join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'backstage-flux',
    'test-cluster',
  );
  const directory = join(cache, await contentKey(go));
  const result = { bin: join(directory, 'bin'), crds: join(directory, 'crds') };
  if (existsSync(directory)) {
    await utimes(directory, new Date(), new Date());
    return result;
  }

  await mkdir(cache, { recursive: true });
  // Renamed when whole, so that a build that was cut off is never taken for one
  const partial = await mkdtemp(join(cache, 'building-'));
  const started = Date.now();
  try {
    const bin = join(partial, 'bin');
    await compile(bin, log);
    await run(
      join(bin, 'controller-gen'),
      [
        'crd',
        ...crdTypes.map(path => `paths=github.com/fluxcd/${path}`),
        `output:crd:dir=${join(partial, 'crds')}`,
      ],
      log,
    );
    await rename(partial, directory).catch(error => {
      // Somebody else was as fast
      if (!existsSync(directory)) {
        throw error;
      }
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  await removeUnused(cache);
  log(`Built in ${seconds(started)} s, kept in ${directory}`);
  return result;
}

async function contentKey(go) {
  const hash = createHash('sha256');
  const add = text => hash.update(`${text.length}:`).update(text);
  [go, process.platform, process.arch, ...programs, ...flags, ...crdTypes].map(
    add,
  );
  for (const file of ['go.mod', 'go.sum', 'kubebox/main.go']) {
    add(await readFile(join(module, file), 'utf8'));
  }
  return hash.digest('hex').slice(0, 16);
}

async function compile(bin, log) {
  await mkdir(bin);
  log('Downloading Go modules');
  const list = ['list', '-deps', '-f', '{{.ImportPath}}', ...programs];
  const packages = (await output('go', list)).split('\n').length;
  log(
    `Building etcd, Kubernetes and Flux's controllers: ${packages} packages, about 12 minutes on 2 cores the first time`,
  );
  const started = Date.now();
  let compiled = 0;
  const progress = setInterval(
    () =>
      log(
        `${compiled} of ${packages} packages compiled, ${seconds(started)} s`,
      ),
    10_000,
  );
  try {
    // With -v it names each package that it compiles; what is in Go's own build cache is not named
    await run(
      'go',
      ['build', '-v', ...flags, '-o', `${bin}/`, ...programs],
      () => {},
      () => {
        compiled += 1;
      },
    );
  } finally {
    clearInterval(progress);
  }
}

async function removeUnused(cache) {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > unusedAfterDays * 86_400_000) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

const seconds = since => Math.round((Date.now() - since) / 1000);

function options() {
  return {
    cwd: module,
    env: { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local' },
  };
}

/** What a command prints; its errors and progress stay out of it. */
async function output(command, args) {
  const lines = [];
  await run(command, args, line => lines.push(line));
  return lines.join('\n');
}

/** Gives each line of output, and to `onError` each of the other stream; throws with the last of those. */
function run(command, args, onLine, onError = () => {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const last = [];
    createInterface({ input: child.stdout }).on('line', onLine);
    createInterface({ input: child.stderr }).on('line', line => {
      last.push(line);
      last.splice(0, last.length - 20);
      onError(line);
    });
    child.on('error', reject);
    child.on('close', code =>
      code === 0
        ? resolve()
        : reject(
            new Error(
              `${command} ${args[0]} ended with ${code}\n${last.join('\n')}`,
            ),
          ),
    );
  });
}
