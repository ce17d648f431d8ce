// `yarn test:all`: every check of the project, one after the other; a part that fails does not keep the
// others from running, but fails the whole. The last line adds up all of them.
//   yarn test:all            everything
//   yarn test:all unit lint  only these parts
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { runE2e } from './e2e.mjs';
import { run } from './run.mjs';
import { testOwnCluster } from './test-cluster.mjs';
import { testDocs } from './test-docs.mjs';
import { testTemplates } from './test-templates.mjs';

const results = 'node_modules/.cache/test-all';
const backstage = [
  process.execPath,
  'node_modules/@backstage/cli/bin/backstage-cli',
];

const [, yarnPath] = readFileSync('.yarnrc.yml', 'utf8').match(
  /yarnPath: (\S+)/,
);
const yarn = script => [process.execPath, yarnPath, script];

const parts = {
  types: () => check([...yarn('tsc')]),
  lint: () => check([...yarn('lint:all')]),
  format: () => check([...yarn('prettier:check')]),
  'api-reports': () => check([...yarn('api-reports'), '--ci']),
  unit,
  templates: testTemplates,
  docs: () => testDocs(Object.keys(parts)),
  build: () => check([...yarn('build:all')]),
  browser: () => runE2e('sandbox'),
  cluster: testOwnCluster,
};

async function check(command) {
  return (await run(command)) === 0
    ? { passed: 1, failed: 0 }
    : { passed: 0, failed: 1 };
}

async function unit() {
  const file = `${results}/jest.json`;
  const code = await run(
    [
      ...backstage,
      'repo',
      'test',
      '--json',
      `--outputFile=${file}`,
      '--maxWorkers=2',
    ],
    { env: { CI: '1' } },
  );
  const json = readJson(file);
  if (!json) {
    return { passed: 0, failed: 1 };
  }
  // A suite that does not even load has no tests of its own, yet it has failed
  const failed = json.numFailedTests + json.numRuntimeErrorTestSuites;
  return {
    passed: json.numPassedTests,
    failed: failed || (code === 0 ? 0 : 1),
    skipped: json.numPendingTests + json.numTodoTests,
  };
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !(name in parts));
if (unknown.length) {
  console.error(
    `test:all: unknown part ${unknown.join(', ')}; there are ${Object.keys(
      parts,
    ).join(', ')}`,
  );
  process.exit(2);
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const total = { passed: 0, failed: 0 };
const summary = [];
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length && !wanted.includes(name)) {
    continue;
  }
  console.log(`\n== ${name}`);
  const started = Date.now();
  let outcome;
  try {
    outcome = await part();
  } catch (error) {
    console.error(error.message);
    outcome = { passed: 0, failed: 1 };
  }
  total.passed += outcome.passed;
  total.failed += outcome.failed;
  const skipped = outcome.skipped ? `, ${outcome.skipped} skipped` : '';
  const seconds = Math.round((Date.now() - started) / 1000);
  summary.push(
    `${name}: ${outcome.passed} passed, ${outcome.failed} failed${skipped} (${seconds} s)`,
  );
}

console.log(`\n${summary.join('\n')}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed ? 1 : 0;
