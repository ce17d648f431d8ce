// TechDocs builds pages with MkDocs, which is written in Python. Where Python is there and MkDocs is not,
// it is installed beside the other dependencies, without holding up the start.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

const venv = resolve('node_modules/.cache/mkdocs');
const version = 'mkdocs-techdocs-core==1.6.1';

const needs =
  'They need Python 3 with venv and pip (Debian: apt-get install python3-venv)';

/** @returns {Promise<boolean>} whether MkDocs is there now */
async function install() {
  // Backstage builds no pages in a folder from which a symbolic link leads out, as one to /usr/bin/python3 does
  const script = `python3 -m venv --copies "${venv}" && "${venv}/bin/pip" install -q --disable-pip-version-check ${version}`;
  const [code] = await once(
    spawn('sh', ['-c', script], { stdio: 'ignore' }),
    'exit',
  );
  if (code !== 0) {
    rmSync(venv, { recursive: true, force: true });
  }
  return code === 0;
}

/** Answers where `mkdocs` is, installed if need be, or the reason why it can't be had. */
export async function installMkDocs() {
  if (spawnSync('mkdocs', ['--version']).status === 0) {
    return { mkdocs: 'mkdocs' };
  }
  return existsSync(`${venv}/bin/mkdocs`) || (await install())
    ? { mkdocs: `${venv}/bin/mkdocs` }
    : { reason: `MkDocs could not be installed. ${needs}` };
}

/** Answers the PATH with which Backstage finds `mkdocs`, now or as soon as it is installed. */
export function prepareTechDocs(path) {
  if (spawnSync('mkdocs', ['--version']).status === 0) {
    return path;
  }
  if (!existsSync(`${venv}/bin/mkdocs`)) {
    install().then(installed => {
      if (!installed) {
        console.log(
          'start: documentation pages cannot be built: MkDocs is missing and could not be installed. ' +
            `${needs}; everything else works.`,
        );
      }
    });
  }
  return `${venv}/bin${delimiter}${path}`;
}
