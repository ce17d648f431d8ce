// `yarn test:cluster`: the deliveries of the browser tests on the test cluster, or with --context on any
// cluster that has Flux.
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { build, findGo } from '../test-cluster/lib/build.mjs';
import { countE2e, runE2e } from './e2e.mjs';
import { run } from './run.mjs';
import { SetupError } from '../test-cluster/lib/SetupError.mjs';

const usage = `usage: yarnw test:cluster [options]

  without --context     on the test cluster, which is built and started for it (needs Go)
  --context NAME        on a cluster of the kubeconfig, where Flux with its image controllers is installed
  --kubeconfig FILE     another kubeconfig than kubectl's
  --git-host-url URL    http://HOST:PORT of this machine, under which the cluster reaches the GitHub double
  --registry HOST:PORT  an image registry that this machine and the cluster reach, spoken to over http
  --patience N          waits N times as long for everything

Everything that it makes is in namespaces of its own, which it removes.`;

/** The command's own tests, and the deliveries; without Go they count as skipped. */
export async function testOwnCluster() {
  if (!(await findGo())) {
    console.log(
      'Skipped: the test cluster is built from source, and there is no Go 1.26 or newer on the PATH',
    );
    return { passed: 0, failed: 0, skipped: countE2e('cluster') };
  }
  // Before the tests, which would be silent for as long as it takes
  await build(line => console.log(`cluster: ${line}`));
  const command = await testCommand();
  const deliveries = await runE2e('cluster');
  return {
    passed: command.passed + deliveries.passed,
    failed: command.failed + deliveries.failed,
    skipped: deliveries.skipped,
  };
}

async function testCommand() {
  const file = 'node_modules/.cache/test-cluster.tap';
  const code = await run([
    process.execPath,
    '--test',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=tap',
    `--test-reporter-destination=${file}`,
    'test-cluster/cluster.test.mjs',
  ]);
  const tap = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const count = word =>
    Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(tap)?.[1] ?? 0);
  return {
    passed: count('pass'),
    failed: count('fail') || (code === 0 ? 0 : 1),
  };
}

async function main() {
  const { values } = parseArgs({
    options: {
      context: { type: 'string' },
      kubeconfig: { type: 'string' },
      'git-host-url': { type: 'string' },
      registry: { type: 'string' },
      patience: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (!existsSync('packages/app/dist/index.html')) {
    const build = 'node_modules/@backstage/cli/bin/backstage-cli';
    await run([process.execPath, build, 'repo', 'build', '--all']);
  }
  const { passed, failed, skipped } = values.context
    ? await runE2e('context', {
        E2E_CONTEXT: values.context,
        E2E_KUBECONFIG: values.kubeconfig ?? '',
        E2E_GIT_HOST_URL: values['git-host-url'] ?? '',
        E2E_REGISTRY: values.registry ?? '',
        E2E_PATIENCE: values.patience,
      })
    : await testOwnCluster();
  console.log(
    `${passed} passed, ${failed} failed${
      skipped ? `, ${skipped} skipped` : ''
    }`,
  );
  return failed ? 1 : 0;
}

if (process.argv[1] === import.meta.filename) {
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
}
