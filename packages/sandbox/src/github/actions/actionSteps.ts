import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { git } from '../git/git';
import type { Action, ActionInput, Outputs } from './action';
import { buildAndPush } from './buildAndPush';
import { insideWorkspace } from './JobEnvironment';
import { setupGo, setupPython } from './setupLanguages';
import { WorkflowProblem } from './workflow';

const checkout: Action = async input => {
  const { environment, repository, log } = input;
  const options = input.with;
  if (options.repository && options.repository !== repository.fullName) {
    throw new WorkflowProblem(
      'The sandbox checks out only the repository of the workflow',
    );
  }
  const target = insideWorkspace(environment.workspace, options.path || '.');
  const sha = options.ref
    ? await repository.git.resolve(options.ref)
    : input.sha;
  if (!sha) {
    throw new WorkflowProblem(`There is no branch or commit ${options.ref}`);
  }
  await rm(target, { recursive: true, force: true });
  await git('/', [
    'clone',
    '--quiet',
    '--no-checkout',
    repository.git.path,
    target,
  ]);
  const origin = `${input.url}/${repository.fullName}.git`;
  await git(target, ['remote', 'set-url', 'origin', origin]);
  if (options.ref) {
    await git(target, ['checkout', '--quiet', '--detach', sha]);
  } else {
    await git(target, ['checkout', '--quiet', '-B', input.branch, sha]);
  }
  log.line(`HEAD is now at ${sha}`);
  return { ref: options.ref ?? `refs/heads/${input.branch}`, commit: sha };
};

const setupNode: Action = async ({ environment, log, with: options }) => {
  const wanted = options['node-version'];
  const [, major] = /^v?(\d+)/.exec(wanted ?? '') ?? [];
  environment.addPath(dirname(process.execPath));
  if (major && major !== process.versions.node.split('.')[0]) {
    log.line(
      `node-version is ${wanted}; the sandbox has only the Node that it runs on, ${process.version}`,
    );
  }
  log.line(`node: ${process.version}`);
  return { 'node-version': process.version };
};

const notRun: Action = async ({ log }) => {
  log.line('This action is not run in the sandbox.');
  return {};
};

const cosign: Action = async input => {
  await input.environment.addProgram(
    'cosign',
    '#!/bin/sh\necho "cosign $1: not run in the sandbox, nothing is signed"\n',
  );
  return notRun(input);
};

const actions: Record<string, Action> = {
  'actions/checkout': checkout,
  'actions/setup-node': setupNode,
  'actions/setup-go': setupGo,
  'actions/setup-python': setupPython,
  'docker/build-push-action': buildAndPush,
  'sigstore/cosign-installer': cosign,
  'docker/login-action': notRun,
  'docker/setup-buildx-action': notRun,
  'docker/setup-qemu-action': notRun,
  'actions/attest': notRun,
  'actions/attest-build-provenance': notRun,
  'actions/attest-sbom': notRun,
  'actions/cache': notRun,
  'actions/upload-artifact': notRun,
};

/** Runs a `uses:` step and gives its outputs. */
export async function runAction(
  uses: string,
  input: ActionInput,
): Promise<Outputs> {
  const name = uses.split('@')[0];
  if (!Object.hasOwn(actions, name)) {
    throw new WorkflowProblem(
      `The sandbox cannot run ${name}; it knows ${Object.keys(actions).join(
        ', ',
      )}`,
    );
  }
  return actions[name](input);
}
