// TechDocs builds pages with MkDocs, which is written in Python. Where Python is there and MkDocs is not,
// it is installed beside the other dependencies, without holding up the start.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

const venv = resolve('node_modules/.cache/mkdocs');
const version = 'mkdocs-techdocs-core==1.6.1';

/** Answers the PATH with which Backstage finds `mkdocs`, now or as soon as it is installed. */
export function prepareTechDocs(path) {
  if (spawnSync('mkdocs', ['--version']).status === 0) {
    return path;
  }
  if (!existsSync(`${venv}/bin/mkdocs`)) {
    const script = `python3 -m venv "${venv}" && "${venv}/bin/pip" install -q --disable-pip-version-check ${version}`;
    const install = spawn('sh', ['-c', script], { stdio: 'ignore' });
    install.on('exit', code => {
      if (code !== 0) {
        rmSync(venv, { recursive: true, force: true });
        console.log(
          'start: documentation pages cannot be built: MkDocs is missing and could not be installed. ' +
            'They need Python 3 with venv and pip (Debian: apt-get install python3-venv); everything else works.',
        );
      }
    });
  }
  return `${venv}/bin${delimiter}${path}`;
}
