import { access, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { pushImage } from '../../registry/pushImage';
import { git } from '../git/git';
import type { Repository } from '../store/Repository';
import type { JobEnvironment } from './JobEnvironment';
import type { JobLog } from './JobLog';
import { WorkflowProblem } from './workflow';

export type ActionInput = {
  with: Record<string, string>;
  repository: Repository;
  url: string;
  registryUrl?: string;
  sha: string;
  branch: string;
  environment: JobEnvironment;
  log: JobLog;
  signal: AbortSignal;
};

type Outputs = Record<string, string>;
type Action = (input: ActionInput) => Promise<Outputs>;

/** A path of the workspace; what leads out of it is refused. */
export function insideWorkspace(workspace: string, path: string): string {
  const target = resolve(workspace, path);
  const way = relative(workspace, target);
  if (way === '..' || way.startsWith('../') || isAbsolute(way)) {
    throw new WorkflowProblem(`${path} is outside of the workspace`);
  }
  return target;
}

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

const lines = (text: string | undefined, separator: RegExp) =>
  (text ?? '')
    .split(separator)
    .map(line => line.trim())
    .filter(Boolean);

/** `host/repository:tag`, where a first part with a dot, a colon or `localhost` is a host. */
function parseImage(reference: string) {
  const colon = reference.lastIndexOf(':');
  const tagged = colon > reference.lastIndexOf('/');
  const tag = tagged ? reference.slice(colon + 1) : 'latest';
  const name = tagged ? reference.slice(0, colon) : reference;
  const [first, ...rest] = name.split('/');
  const hasHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  return hasHost
    ? { host: first, repository: rest.join('/'), tag }
    : { host: 'docker.io', repository: name, tag };
}

const buildPush: Action = async (input): Promise<Outputs> => {
  const { environment, log, registryUrl, signal } = input;
  const options = input.with;
  const context = insideWorkspace(
    environment.workspace,
    options.context || '.',
  );
  const file = options.file
    ? insideWorkspace(environment.workspace, options.file)
    : join(context, 'Dockerfile');
  await access(file).catch(() => {
    throw new WorkflowProblem(
      `failed to read dockerfile: ${relative(
        environment.workspace,
        file,
      )} does not exist`,
    );
  });
  log.line(
    'The sandbox has no container engine: the Dockerfile is not built. The image has the names and labels that the workflow gives, and no files.',
  );
  if (options.push !== 'true') {
    log.line('push is not true: nothing is published');
    return {};
  }
  if (!registryUrl) {
    throw new WorkflowProblem('The sandbox was started without a registry');
  }
  const images = lines(options.tags, /[\n,]/).map(parseImage);
  if (images.length === 0) {
    throw new WorkflowProblem('tag is needed when pushing to registry');
  }
  const labels = Object.fromEntries(
    lines(options.labels, /\n/).map(line => {
      const [key, ...value] = line.split('=');
      return [key, value.join('=')] as const;
    }),
  );
  const created = new Date().toISOString();
  let digest = '';
  for (const { host, repository, tag } of images) {
    if (host !== new URL(registryUrl).host) {
      log.line(`Nothing leaves this machine: ${host} is replaced`);
    }
    ({ digest } = await pushImage(registryUrl, repository, [tag], {
      created,
      signal,
      labels: {
        'org.opencontainers.image.created': created,
        'org.opencontainers.image.revision': input.sha,
        'org.opencontainers.image.source': `${input.url}/${input.repository.fullName}`,
        ...labels,
      },
    }));
    log.line(
      `pushed ${new URL(registryUrl).host}/${repository}:${tag}@${digest}`,
    );
  }
  return { digest, imageid: digest };
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
  'docker/build-push-action': buildPush,
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
