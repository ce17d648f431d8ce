import { mockServices } from '@backstage/backend-test-utils';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startRegistry, type RegistryServer } from '../../registry';
import { imageArchive } from '../../registry/__testUtils__/imageArchive';
import {
  startTestGithub,
  type TestGithub,
} from '../__testUtils__/startTestGithub';
import type { BuildMode } from './ContainerEngine';

const workflow = `
on: push
jobs:
  image:
    permissions: {contents: read}
    steps:
      - uses: actions/checkout@v7
      - uses: docker/build-push-action@v7
        id: build
        with:
          context: app
          file: app/Dockerfile.release
          push: true
          tags: |
            ghcr.io/acme/orders:main-1
            ghcr.io/acme/orders:latest
          build-args: |
            APP_VERSION=main-1
            API_KEY
          labels: team=orders
          platforms: linux/amd64,linux/arm64
          target: release
          sbom: true
          cache-from: type=gha
      - run: echo "digest \${{ steps.build.outputs.digest }}"
`;

describe('docker/build-push-action', () => {
  const { PATH } = process.env;
  let github: TestGithub;
  let registry: RegistryServer;
  let directory: string;

  beforeEach(async () => {
    github = await startTestGithub();
    directory = await github.temporaryDirectory();
    registry = await startRegistry({
      directory: join(directory, 'registry'),
      port: 0,
      logger: mockServices.logger.mock(),
    });
  });

  afterEach(async () => {
    process.env.PATH = PATH;
    delete process.env.API_KEY;
    delete process.env.DOCKER_HOST;
    await registry.close();
    await github.stop();
  });

  /** Puts a `docker` on PATH that writes down how it was called. */
  async function installDocker(script: string) {
    const bin = join(directory, 'bin');
    await mkdir(bin, { recursive: true });
    const program = join(bin, 'docker');
    await writeFile(
      program,
      `#!/bin/sh
cd ${directory}
for argument; do printf '%s\\t' "$argument"; done >> calls
echo >> calls
env > environment
case "$1 $2" in
${script}
esac
`,
    );
    await chmod(program, 0o755);
    process.env.PATH = `${bin}:${PATH}`;
  }

  const calls = async () =>
    (await readFile(join(directory, 'calls'), 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map(line => line.split('\t').slice(0, -1));

  /** Pushes the workflow and gives its run and log. */
  async function run(build: BuildMode) {
    github = await github.restart({ registryUrl: registry.url, build });
    await github.api('/orgs/acme/repos', {
      method: 'POST',
      body: { name: 'orders' },
    });
    for (const [path, text] of Object.entries({
      'app/Dockerfile.release': 'FROM scratch\n',
      '.github/workflows/ci.yml': workflow,
    })) {
      await github.api(`/repos/acme/orders/contents/${path}`, {
        method: 'PUT',
        body: { message: path, content: Buffer.from(text).toString('base64') },
      });
    }
    await github.idle();
    const repository = github.repositories.get('acme', 'orders')!;
    const [record] = github.runs.list(repository);
    const log = await github.runs.readLog(repository, record, record.jobs[0]);
    return { record, log: log! };
  }

  const tags = async () => {
    const answer = await fetch(`${registry.url}/v2/acme/orders/tags/list`);
    return answer.ok ? (await answer.json()).tags : [];
  };

  it('builds with an engine and pushes what it built', async () => {
    const { archive, digest } = await imageArchive({ platforms: 2 });
    await writeFile(join(directory, 'image.tar'), archive);
    process.env.API_KEY = 'of the backend';
    process.env.DOCKER_HOST = 'tcp://127.0.0.1:2375';
    await installDocker(`
      'version '*) echo 28.2.2;;
      'build '*) echo 'step one';;
      'image save') cat image.tar;;
    `);

    const { record, log } = await run('auto');
    expect(log).toMatch(
      /The container engine builds the Dockerfile: Docker 28/,
    );
    expect(log).toMatch(/Not used in the sandbox: sbom, cache-from/);
    expect(log).toMatch(/ghcr\.io is replaced by the sandbox's registry/);
    expect(log).toMatch(/step one/);
    expect(log).toContain(`digest ${digest}`);
    expect(record.conclusion).toBe('success');
    expect(await tags()).toEqual(['latest', 'main-1']);
    const pushed = await fetch(
      `${registry.url}/v2/acme/orders/manifests/main-1`,
    );
    expect(pushed.headers.get('docker-content-digest')).toBe(digest);

    const [version, build, save, remove] = await calls();
    expect(version).toEqual(['version', '--format', '{{.Server.Version}}']);
    const [, image] = save.slice(1);
    expect(image).toMatch(/^sandbox-build:[0-9a-f-]{36}$/);
    const context = build.at(-1)!;
    expect(context).toMatch(/\/work\/orders\/app$/);
    expect(build).toEqual([
      'build',
      '--file',
      join(context, 'Dockerfile.release'),
      '--tag',
      image,
      '--label',
      expect.stringMatching(/^org\.opencontainers\.image\.created=20/),
      '--label',
      `org.opencontainers.image.revision=${record.headSha}`,
      '--label',
      `org.opencontainers.image.source=${github.url}/acme/orders`,
      '--label',
      'team=orders',
      '--build-arg',
      'APP_VERSION=main-1',
      '--build-arg',
      'API_KEY',
      '--platform',
      'linux/amd64,linux/arm64',
      '--target',
      'release',
      context,
    ]);
    expect(remove).toEqual(['image', 'rm', '--force', image]);
    const environment = await readFile(join(directory, 'environment'), 'utf8');
    expect(environment).toContain('DOCKER_HOST=tcp://127.0.0.1:2375');
    expect(environment).not.toContain('of the backend');
  }, 30_000);

  it('fails with the build, and publishes nothing', async () => {
    await installDocker(`
      'version '*) echo 28.2.2;;
      'build '*) echo 'no such base image' >&2; exit 3;;
    `);
    const { record, log } = await run('auto');
    expect(record.conclusion).toBe('failure');
    expect(log).toMatch(
      /no such base image[^]*docker build failed with exit code 3/,
    );
    expect(await calls()).toHaveLength(2);
    expect(await tags()).toEqual([]);
  }, 30_000);

  it('says why an image could not be taken out of the engine', async () => {
    const { archive } = await imageArchive();
    await writeFile(join(directory, 'image.tar'), archive);
    await installDocker(`
      'version '*) echo 28.2.2;;
      'image save') head -c 2000 image.tar; echo 'no space left' >&2; exit 1;;
    `);
    const { record, log } = await run('docker');
    expect(record.conclusion).toBe('failure');
    expect(log).toMatch(/##\[error\]docker image save failed: no space left/);
    expect((await calls()).at(-1)!.slice(0, 2)).toEqual(['image', 'rm']);
    expect(await tags()).toEqual([]);
  }, 30_000);

  it.each([
    [
      'auto' as const,
      `'version '*) echo 'Cannot connect to the Docker daemon' >&2; exit 1;;`,
      'success',
      /No container engine is used: Cannot connect to the Docker daemon\. The Dockerfile is not built/,
    ],
    [
      'auto' as const,
      `'version '*) echo 24.0.9;;`,
      'success',
      /No container engine is used: Docker 25 or newer is needed, the engine is 24\.0\.9/,
    ],
    [
      'none' as const,
      `*) exit 1;;`,
      'success',
      /No container engine is used: the sandbox's configuration has github\.build: none/,
    ],
    [
      'docker' as const,
      `'version '*) echo 'Cannot connect to the Docker daemon' >&2; exit 1;;`,
      'failure',
      /github\.build: docker, but no container engine can be used: Cannot connect/,
    ],
  ])(
    'does without an engine, or says that it needs one (%s, %s)',
    async (build, script, conclusion, message) => {
      await installDocker(script);
      const { record, log } = await run(build);
      expect(log).toMatch(message);
      expect(record.conclusion).toBe(conclusion);
      expect(await tags()).toEqual(
        conclusion === 'success' ? ['latest', 'main-1'] : [],
      );
    },
    30_000,
  );
});
