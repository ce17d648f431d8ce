import { randomUUID } from 'node:crypto';
import { access, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { extractImageLayout, pushImage, pushImageLayout } from '../../registry';
import type { Action, ActionInput, Outputs } from './action';
import { insideWorkspace } from './JobEnvironment';
import { WorkflowProblem } from './workflow';

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

type Push = (
  registryUrl: string,
  repository: string,
  tags: string[],
) => Promise<{ digest: string }>;

/**
 * Prepares to push to the repositories that the tags name, all of them in the sandbox's registry whatever host
 * the workflow names; gives the digest, which is the same in each.
 */
function prepareToPush({ with: options, log, registryUrl }: ActionInput) {
  if (!registryUrl) {
    throw new WorkflowProblem('The sandbox was started without a registry');
  }
  const registryHost = new URL(registryUrl).host;
  const repositories = new Map<string, string[]>();
  for (const image of lines(options.tags, /[\n,]/).map(parseImage)) {
    if (image.host !== registryHost) {
      log.line(
        `${image.host} is replaced by the sandbox's registry ${registryHost}`,
      );
    }
    const tags = repositories.get(image.repository) ?? [];
    repositories.set(image.repository, [...tags, image.tag]);
  }
  if (repositories.size === 0) {
    throw new WorkflowProblem('tag is needed when pushing to registry');
  }
  return async (push: Push): Promise<string> => {
    let last = '';
    for (const [repository, tags] of repositories) {
      const { digest } = await push(registryUrl, repository, tags);
      tags.forEach(tag =>
        log.line(`pushed ${registryHost}/${repository}:${tag}@${digest}`),
      );
      last = digest;
    }
    return last;
  };
}

type Destination = ReturnType<typeof prepareToPush>;

async function findDockerfile({ environment, with: options }: ActionInput) {
  const { workspace } = environment;
  const context = insideWorkspace(workspace, options.context || '.');
  const file = options.file
    ? insideWorkspace(workspace, options.file)
    : join(context, 'Dockerfile');
  await access(file).catch(() => {
    throw new WorkflowProblem(
      `failed to read dockerfile: ${relative(workspace, file)} does not exist`,
    );
  });
  return { context, file };
}

function labelsOf(input: ActionInput, created: string): Record<string, string> {
  const given = lines(input.with.labels, /\n/).map(line => {
    const [key, ...value] = line.split('=');
    return [key, value.join('=')] as const;
  });
  return {
    'org.opencontainers.image.created': created,
    'org.opencontainers.image.revision': input.sha,
    'org.opencontainers.image.source': `${input.url}/${input.repository.fullName}`,
    ...Object.fromEntries(given),
  };
}

/** The command line of a build, from the inputs of docker/build-push-action. */
function buildArguments(
  options: Record<string, string>,
  build: { file: string; image: string; labels: Record<string, string> },
): string[] {
  const each = (flag: string, values: string[]) =>
    values.flatMap(value => [flag, value]);
  const platforms = lines(options.platforms, /[\n,]/);
  return [
    'build',
    ...each('--file', [build.file]),
    ...each('--tag', [build.image]),
    ...each(
      '--label',
      Object.entries(build.labels).map(([key, value]) => `${key}=${value}`),
    ),
    ...each('--build-arg', lines(options['build-args'], /\n/)),
    ...(platforms.length > 0 ? ['--platform', platforms.join(',')] : []),
    ...each('--target', lines(options.target, /\n/)),
    ...(options.pull === 'true' ? ['--pull'] : []),
    ...(options['no-cache'] === 'true' ? ['--no-cache'] : []),
  ];
}

const used = [
  'build-args',
  'context',
  'file',
  'labels',
  'no-cache',
  'platforms',
  'pull',
  'push',
  'tags',
  'target',
];

/** Builds with the engine, takes the image out of it, and pushes that: the engine need not know the registry. */
async function buildWithEngine(
  input: ActionInput,
  dockerfile: { context: string; file: string },
  destination: Destination | undefined,
): Promise<string | undefined> {
  const { engine, environment, log, signal } = input;
  const ignored = Object.keys(input.with).filter(key => !used.includes(key));
  if (ignored.length > 0) {
    log.line(`Not used in the sandbox: ${ignored.join(', ')}`);
  }
  const image = `sandbox-build:${randomUUID()}`;
  const layout = join(environment.temporary, image.replace(':', '-'));
  const run = (args: string[], until: AbortSignal) =>
    engine.run(args, {
      cwd: environment.workspace,
      signal: until,
      output: text => log.write(text),
    });
  const args = buildArguments(input.with, {
    file: dockerfile.file,
    image,
    labels: labelsOf(input, new Date().toISOString()),
  });
  const exitCode = await run([...args, dockerfile.context], signal);
  if (exitCode !== 0) {
    throw new WorkflowProblem(`docker build failed with exit code ${exitCode}`);
  }
  try {
    if (!destination) {
      return undefined;
    }
    await engine.save(
      image,
      archive => extractImageLayout(archive, layout),
      signal,
    );
    return await destination((registryUrl, repository, tags) =>
      pushImageLayout(layout, registryUrl, repository, tags, {
        log: line => log.line(line),
        signal,
      }),
    );
  } finally {
    await rm(layout, { recursive: true, force: true });
    // Also in a cancelled run, whose signal is spent; what was built stays in the engine's cache
    await run(
      ['image', 'rm', '--force', image],
      AbortSignal.timeout(30_000),
    ).catch(error => log.line(`${image} stays in the engine: ${error}`));
  }
}

function pushWithoutFiles(
  input: ActionInput,
  destination: Destination,
): Promise<string> {
  const created = new Date().toISOString();
  const labels = labelsOf(input, created);
  const { signal } = input;
  return destination((registryUrl, repository, tags) =>
    pushImage(registryUrl, repository, tags, { created, signal, labels }),
  );
}

/** What stands in for docker/build-push-action. */
export const buildAndPush: Action = async input => {
  const { engine, log } = input;
  const dockerfile = await findDockerfile(input);
  const { ready, explanation } = await engine.state();
  if (!ready && engine.required) {
    throw new WorkflowProblem(
      `The sandbox's configuration has github.build: docker, but no container engine can be used: ${explanation}`,
    );
  }
  log.line(
    ready
      ? `The container engine builds the Dockerfile: ${explanation}`
      : `No container engine is used: ${explanation}. The Dockerfile is not built: the image has the names and labels that the workflow gives, and no files.`,
  );
  const push = input.with.push === 'true';
  if (!push) {
    log.line('push is not true: nothing is published');
  }
  const destination = push ? prepareToPush(input) : undefined;
  const digest = ready
    ? await buildWithEngine(input, dockerfile, destination)
    : destination && (await pushWithoutFiles(input, destination));
  const outputs: Outputs = digest ? { digest, imageid: digest } : {};
  return outputs;
};
