// `yarn start`: Backstage's own start command. Without options it starts the sandbox; with --config it
// starts whatever the given files describe; with --cluster or --context it starts on a real cluster.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../test-cluster/lib/build.mjs';
import { up } from '../test-cluster/lib/cluster.mjs';
import { isOwnAddress } from './addresses.mjs';
import { clusterName, writeClusterConfig } from './clusterConfig.mjs';
import { followFleet } from './fleet.mjs';
import { startKubeconfigProxy } from './kubeconfigProxy.mjs';
import { SetupError } from '../test-cluster/lib/SetupError.mjs';
import { prepareTechDocs } from './techdocs.mjs';

const testCluster = '.test-cluster';

const usage = `usage: yarnw start [options] [options of 'backstage-cli repo start']

  --config FILE        instead of the sandbox; may be given more than once
  --cluster            on the test cluster, which is built and started when it isn't running
  --context NAME       on a cluster of the kubeconfig that has Flux
  --kubeconfig FILE    another kubeconfig than kubectl's
  --git-host-url URL   under which that cluster reaches the GitHub double, which listens at that port
  --registry HOST:PORT an image registry that this machine and the cluster reach, spoken to over http`;

/** @returns {Promise<string[]>} the configuration files */
async function configOf(options) {
  if (options.config) {
    if (options.cluster || options.context) {
      throw new SetupError(
        "--config doesn't go with --cluster or --context: they bring a configuration of their own. Name the cluster in your files instead (docs/own-clusters.md).",
      );
    }
    return options.config;
  }
  const files = ['app-config.yaml', 'app-config.sandbox.yaml'];
  if (options.cluster || options.context) {
    const file = 'node_modules/.cache/start/app-config.json';
    await prepareCluster(options, file);
    files.push(file);
  }
  files.push('app-config.local.yaml');
  return files.filter(file => existsSync(file));
}

async function prepareCluster(options, file) {
  const log = line => console.log(`cluster: ${line}`);
  let { kubeconfig, context, registry } = options;
  let receiverUrl;
  let name = context;
  if (options.cluster) {
    const cluster = await up({
      directory: resolve(testCluster),
      ...(await build(log)),
      log,
    });
    ({ kubeconfig, registry, receiverUrl } = cluster);
    // As a careful platform team would give it to Backstage: not an administrator
    context = cluster.backstageContext;
    name = 'test-cluster';
  }
  const gitUrl = options['git-host-url'];
  const port = gitUrl ? portOf(gitUrl) : 4010;
  const proxy = await startKubeconfigProxy({ kubeconfig, context });
  if (options.cluster) {
    const admin = await startKubeconfigProxy({ kubeconfig });
    await followFleet(admin, {
      name,
      url: `http://127.0.0.1:${port}/acme/fleet-${name}.git`,
    });
    await admin.close();
  }
  writeClusterConfig(file, {
    cluster: { name: clusterName(name), ...proxy, receiverUrl },
    fleets: options.cluster && [name],
    github: {
      port,
      sshPort: port + 2,
      url: gitUrl,
      address: gitUrl && ownHost(gitUrl),
      // No container runs on the test cluster
      build: options.cluster ? 'none' : 'auto',
    },
    registry: registry
      ? { url: `http://${registry}` }
      : { url: 'http://127.0.0.1:4011', port: 4011 },
    directory: options.cluster
      ? resolve(testCluster, 'sandbox')
      : resolve(`.sandbox-${clusterName(name)}`),
  });
  log(`Backstage uses the context ${proxy.context}`);
}

/** What is behind a tunnel listens on loopback only. */
function ownHost(text) {
  const { hostname } = new URL(text);
  return isOwnAddress(hostname) ? hostname : undefined;
}

function portOf(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' || !url.port) {
    throw new SetupError(
      `--git-host-url ${text}: expected http://HOST:PORT, an address of this machine that the cluster reaches`,
    );
  }
  return Number(url.port);
}

async function main() {
  const { values, tokens } = parseArgs({
    strict: false,
    tokens: true,
    options: {
      config: { type: 'string', multiple: true },
      cluster: { type: 'boolean' },
      context: { type: 'string' },
      kubeconfig: { type: 'string' },
      'git-host-url': { type: 'string' },
      registry: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const ours = [
    'config',
    'cluster',
    'context',
    'kubeconfig',
    'git-host-url',
    'registry',
  ];
  const others = tokens
    .filter(token => !ours.includes(token.name))
    .map(({ rawName, inlineValue, value }) =>
      inlineValue ? `${rawName}=${value}` : rawName ?? value,
    );
  // Each package starts in its own folder, so that a relative path would mean something else there
  const configs = (await configOf(values)).flatMap(file => [
    '--config',
    resolve(file),
  ]);

  const child = spawn(
    process.execPath,
    [
      'node_modules/@backstage/cli/bin/backstage-cli',
      'repo',
      'start',
      ...others,
      ...configs,
    ],
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
    // The proxy to the cluster would keep this process
    process.exit(code ?? (signal === 'SIGINT' ? 0 : 1));
  });
}

main().catch(error => {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
});
