// `yarn cluster up | status | down`: real etcd, Kubernetes and Flux on this machine, without containers.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SetupError } from './lib/SetupError.mjs';
import { build } from './lib/build.mjs';
import { down, statusOf, up } from './lib/cluster.mjs';

const usage = `usage: yarnw cluster up | status | down [--directory DIR]

  up      builds what isn't built, starts the cluster and waits until it is ready
  status  shows each process, its memory, and whether it is ready
  down    ends what up started and removes DIR

  --directory DIR   where the cluster keeps what it has and its logs (.test-cluster)`;

async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      directory: {
        type: 'string',
        default: join(import.meta.dirname, '../.test-cluster'),
      },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [command, ...rest] = positionals;
  const directory = resolve(values.directory);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (rest.length || !['up', 'status', 'down'].includes(command)) {
    console.error(usage);
    return 2;
  }
  const log = line => console.log(`cluster: ${line}`);
  if (command === 'down') {
    await down(directory, log);
    return 0;
  }
  if (command === 'status') {
    return printStatus(await statusOf(directory));
  }
  const built = await build(log);
  const cluster = await up({ directory, ...built, log });
  log(`ready; use it with
  export KUBECONFIG=${cluster.kubeconfig}
  ./yarnw start --cluster`);
  return 0;
}

function printStatus(status) {
  if (!status) {
    console.log('cluster: not started');
    return 1;
  }
  for (const { name, pid, running, ready, memoryMib } of status.processes) {
    const state = running ? (ready ? 'ready' : 'not ready') : 'ended';
    console.log(
      `${name.padEnd(24)} ${state.padEnd(10)} ${
        running ? `process ${pid}, ${memoryMib} MiB` : ''
      }`,
    );
  }
  console.log(`kubeconfig: ${status.kubeconfig}`);
  console.log(`logs: ${status.logs}`);
  return status.processes.every(({ ready }) => ready) ? 0 : 1;
}

main().then(
  code => {
    process.exitCode = code;
  },
  error => {
    console.error(
      error instanceof SetupError || error.code?.startsWith('ERR_PARSE_ARGS')
        ? error.message
        : error,
    );
    process.exitCode = 1;
  },
);
