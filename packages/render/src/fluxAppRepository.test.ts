import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import { JsonObject } from '@backstage/types';
import { Files, startRenderer } from './startRenderer';

jest.setTimeout(60_000);

const run = promisify(execFile);

interface DryRun {
  files: Files;
  log: string;
}

/** What somebody fills in who changes nothing else. */
const goodValues = {
  ...jest.requireActual('../examples/node.json'),
  description: 'Takes orders: "yes", #1 & {{ more }} ${{ values.name }} | \\',
  owner: 'group:default/shop',
  imageAccess: 'public',
};

describe('the repository that flux-app makes', () => {
  async function dryRun(
    values: Record<string, string | boolean | undefined> = {},
    environment?: Record<string, string>,
  ): Promise<DryRun> {
    const renderer = await startRenderer('flux-app', environment);
    try {
      return await renderer.dryRun({ ...goodValues, ...values } as JsonObject);
    } finally {
      await renderer.stop();
    }
  }

  const read = (result: DryRun, path: string) => {
    const text = result.files.get(path);
    expect([path, typeof text]).toEqual([path, 'string']);
    return text!;
  };
  const yaml = (result: DryRun, path: string) => parse(read(result, path));

  describe('with the values that a form gives', () => {
    let result: DryRun;
    beforeAll(async () => {
      result = await dryRun();
    });

    it('writes the whole repository', () => {
      const app = [...result.files.keys()].filter(path =>
        path.startsWith('app/'),
      );
      expect(app).toEqual(
        expect.arrayContaining(
          [
            'catalog-info.yaml',
            'mkdocs.yml',
            'docs/index.md',
            'README.md',
            'CODEOWNERS',
            'Dockerfile',
            '.dockerignore',
            'package.json',
            'src/main.ts',
            'test/shutdown.test.ts',
            '.github/workflows/ci.yml',
            '.github/dependabot.yml',
            'deploy/app/kustomization.yaml',
            'deploy/images/kustomization.yaml',
          ].map(path => `app/${path}`),
        ),
      );
      expect(app).not.toContain('app/.github/workflows/deploy-request.yml');
    });

    it('writes YAML that parses strictly, and leaves nothing unrendered', () => {
      const files = [...result.files].filter(([path]) => /\.ya?ml$/.test(path));
      expect(files.length).toBeGreaterThan(10);
      for (const [path, text] of files) {
        const problems = parseAllDocuments(text, { strict: true }).flatMap(
          document => [...document.errors, ...document.warnings],
        );
        expect([path, problems]).toEqual([path, []]);
      }
      for (const [path, text] of result.files) {
        const own = text
          .replaceAll(goodValues.description, '')
          .replaceAll(JSON.stringify(goodValues.description), '');
        expect([path, /\{%|%\}|\$\{\{ *values/.test(own)]).toEqual([
          path,
          false,
        ]);
      }
    });

    it('keeps every character of a description', () => {
      const { description } = goodValues;
      expect(yaml(result, 'app/catalog-info.yaml').metadata.description).toBe(
        description,
      );
      expect(yaml(result, 'app/mkdocs.yml').site_description).toBe(description);
      expect(JSON.parse(read(result, 'app/package.json')).description).toBe(
        description,
      );
    });

    it('names the team and the Flux objects in the catalog', () => {
      expect(read(result, 'app/CODEOWNERS')).toBe('* @acme/shop\n');
      const { metadata, spec } = yaml(result, 'app/catalog-info.yaml');
      expect(spec.owner).toBe('group:default/shop');
      expect(metadata.annotations).toMatchObject({
        'fluxcd.io/resources':
          'kustomization:orders/orders, kustomization:orders/orders-images',
        'backstage.io/kubernetes-cluster': 'prod-eu',
        'github.com/project-slug': 'acme/orders',
      });
    });

    it('has one marker, and it points at the policy', () => {
      const markers = [...result.files].flatMap(([path, text]) =>
        [...text.matchAll(/# (\{"\$imagepolicy.*\})/g)].map(match => [
          path,
          JSON.parse(match[1]),
        ]),
      );
      const { metadata } = yaml(result, 'app/deploy/images/image-policy.yaml');
      expect(markers).toEqual([
        [
          'app/deploy/app/deployment.yaml',
          { $imagepolicy: `${metadata.namespace}:${metadata.name}` },
        ],
      ]);
      const automation = yaml(
        result,
        'app/deploy/images/image-update-automation.yaml',
      );
      expect(automation.spec.update.path).toBe('./deploy/app');
      expect(automation.spec.git.push.branch).toBe('main');
    });

    it('lists every manifest in its kustomization', () => {
      for (const folder of ['app/deploy/app', 'app/deploy/images']) {
        const { resources } = yaml(result, `${folder}/kustomization.yaml`);
        const files = [...result.files.keys()]
          .filter(
            path =>
              path.startsWith(`${folder}/`) &&
              !path.endsWith('kustomization.yaml'),
          )
          .map(path => path.slice(folder.length + 1));
        expect([...resources].sort()).toEqual(files.sort());
      }
    });

    it('computes a tag in the workflow that the policy selects by commit time', async () => {
      const { jobs, defaults } = yaml(result, 'app/.github/workflows/ci.yml');
      const step = jobs.image.steps.find(
        (candidate: any) => candidate.id === 'tag',
      );
      expect(defaults.run.shell).toBe('bash');
      const folder = await mkdtemp(join(tmpdir(), 'flux-app-tag-'));
      try {
        const output = join(folder, 'output');
        await writeFile(output, '');
        const env = {
          PATH: process.env.PATH,
          GITHUB_OUTPUT: output,
          GIT_AUTHOR_NAME: 'a',
          GIT_AUTHOR_EMAIL: 'a@example.com',
          GIT_COMMITTER_NAME: 'a',
          GIT_COMMITTER_EMAIL: 'a@example.com',
          GIT_COMMITTER_DATE: '1700000000 +0000',
        };
        const options = { cwd: folder, env };
        await run('git', ['init', '--quiet'], options);
        await run(
          'git',
          ['commit', '--quiet', '--allow-empty', '-m', 'x'],
          options,
        );
        const { stdout } = await run('git', ['rev-parse', 'HEAD'], options);
        await run('bash', ['-eo', 'pipefail', '-c', step.run], options);

        const tag = /^tag=(.*)$/m.exec(await readFile(output, 'utf8'))?.[1];
        expect(tag).toBe(`main-${stdout.slice(0, 7)}-1700000000`);
        const { filterTags } = yaml(
          result,
          'app/deploy/images/image-policy.yaml',
        ).spec;
        // Go writes a named group as (?P<…>)
        const pattern = new RegExp(filterTags.pattern.replace('?P<', '?<'));
        expect(pattern.exec(tag!)?.groups?.ts).toBe('1700000000');
        const { image } = yaml(result, 'app/deploy/app/deployment.yaml').spec
          .template.spec.containers[0];
        expect(pattern.test(image.split(':').at(-1))).toBe(false);
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it('builds an image only from main, only after the tests, never from Flux’s commits', () => {
      const ci = yaml(result, 'app/.github/workflows/ci.yml');
      expect(ci.on.push.branches).toEqual(['main']);
      expect(ci.on.push['paths-ignore']).toContain('deploy/**');
      expect(ci.jobs.image.needs).toBe('test');
      expect(ci.jobs.image.if).toBe(
        "github.event_name == 'push' && github.ref == 'refs/heads/main'",
      );
      expect(ci.env.IMAGE).toBe(
        yaml(result, 'app/deploy/images/image-repository.yaml').spec.image,
      );
    });

    it('gives each commit on main a run of its own, which no later one takes the place of', () => {
      const { concurrency } = yaml(result, 'app/.github/workflows/ci.yml');
      expect(concurrency.group).toBe(
        "ci-${{ github.event_name == 'pull_request' && github.ref || github.sha }}",
      );
    });

    it('tells a public log of public repositories only', () => {
      const { jobs } = yaml(result, 'app/.github/workflows/ci.yml');
      const signing = jobs.image.steps.filter((step: any) =>
        /cosign|attest@/.test(step.uses ?? step.run),
      );
      expect(signing.map((step: any) => step.if)).toEqual(
        Array(3).fill('${{ !github.event.repository.private }}'),
      );
    });

    it('keeps the workflow to least rights, pinned actions and no expressions in scripts', () => {
      const text = read(result, 'app/.github/workflows/ci.yml');
      const ci = parse(text);
      expect(ci.permissions).toEqual({});
      expect(ci.jobs.test.permissions).toEqual({ contents: 'read' });
      const steps = Object.values<any>(ci.jobs).flatMap(job => {
        expect(job['timeout-minutes']).toBeGreaterThan(0);
        return job.steps;
      });
      for (const step of steps) {
        expect(step.run ?? '').not.toContain('${{');
        expect(step.uses ?? `x@${'0'.repeat(40)}`).toMatch(/@[0-9a-f]{40}$/);
      }
      expect(text).toContain(
        'tags: ${{ env.IMAGE }}:${{ steps.tag.outputs.tag }}\n',
      );
    });

    it('runs the container without rights that it does not need', () => {
      const pod = yaml(result, 'app/deploy/app/deployment.yaml').spec.template
        .spec;
      expect(pod.securityContext.runAsNonRoot).toBe(true);
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(read(result, 'app/Dockerfile')).toMatch(/^USER [1-9]\d*:/m);
    });

    it('enrols with an identity that is limited to the namespace', () => {
      const documents = [...result.files]
        .filter(([path]) => path.startsWith('enrolment/'))
        .flatMap(([, text]) =>
          parseAllDocuments(text).map(document => document.toJS()),
        );
      const kinds = documents.map(
        ({ kind, metadata }) => `${kind} ${metadata.name}`,
      );
      expect(kinds.sort()).toEqual([
        'GitRepository orders',
        'Kustomization orders',
        'Kustomization orders-images',
        'Namespace orders',
        'RoleBinding flux',
        'ServiceAccount flux',
      ]);
      expect(
        documents
          .filter(({ kind }) => kind !== 'Namespace')
          .map(({ metadata }) => metadata.namespace),
      ).toEqual(Array(5).fill('orders'));
      expect(
        documents
          .filter(({ kind }) => kind === 'Kustomization')
          .map(({ spec }) => spec.serviceAccountName),
      ).toEqual(['flux', 'flux']);
      const [images, app] = ['orders-images', 'orders'].map(
        name =>
          documents.find(
            d => d.kind === 'Kustomization' && d.metadata.name === name,
          ).spec,
      );
      expect(images).toMatchObject({
        path: './deploy/images',
        healthChecks: [
          { kind: 'ImagePolicy', name: 'orders', namespace: 'orders' },
        ],
      });
      expect(images.wait).toBeUndefined();
      expect(app).toMatchObject({
        path: './deploy/app',
        wait: true,
        targetNamespace: 'orders',
        dependsOn: [{ name: 'orders-images' }],
      });
    });

    it('lets Flux push to main past its protection', () => {
      expect(result.log).toContain('"protectDefaultBranch": true');
      expect(result.log).toContain('"protectEnforceAdmins": false');
    });

    it('scans GHCR over TLS', () => {
      const { spec } = yaml(result, 'app/deploy/images/image-repository.yaml');
      expect(spec).toEqual({ image: 'ghcr.io/acme/orders', interval: '1m' });
    });
  });

  it('sends updates to the branch that the workflow opens requests from', async () => {
    const result = await dryRun({ updates: 'pull-request' });
    const { spec } = yaml(
      result,
      'app/deploy/images/image-update-automation.yaml',
    );
    const workflow = yaml(result, 'app/.github/workflows/deploy-request.yml');
    expect(spec.git.push.branch).not.toBe('main');
    expect(workflow.on.push.branches).toEqual([spec.git.push.branch]);
    expect(workflow.jobs.open.steps[0].env.GH_TOKEN).toBe(
      '${{ github.token }}',
    );
    expect(result.log).toContain('"protectEnforceAdmins": true');
  });

  describe('with staging and production', () => {
    let result: DryRun;
    beforeAll(async () => {
      result = await dryRun({
        environments: 'staging-production',
        namespace: 'shop',
        exposure: 'contour',
        host: 'orders.example.com',
        issuer: 'letsencrypt-production',
        rollout: 'canary',
      });
    });

    it('looks for images in staging only', () => {
      const policy = yaml(result, 'app/deploy/images/image-policy.yaml');
      expect(policy.metadata.namespace).toBe('shop-staging');
      expect(read(result, 'app/deploy/staging/image.yaml')).toContain(
        `image: '' # {"$imagepolicy": "shop-staging:orders"}`,
      );
      expect(read(result, 'app/deploy/production/image.yaml')).not.toContain(
        'imagepolicy',
      );
      const automation = yaml(
        result,
        'app/deploy/images/image-update-automation.yaml',
      );
      expect(automation.spec.update.path).toBe('./deploy/staging');
    });

    it('enrols each in a namespace of its own; production waits for no image', () => {
      const [app] = parseAllDocuments(
        read(result, 'enrolment/production/kustomizations.yaml'),
      ).map(document => document.toJS());
      expect(app.metadata.namespace).toBe('shop-production');
      expect(app.spec.path).toBe('./deploy/production');
      expect(app.spec.dependsOn).toBeUndefined();
      const staging = parseAllDocuments(
        read(result, 'enrolment/staging/kustomizations.yaml'),
      ).map(document => document.toJS());
      expect(staging.map(({ spec }) => spec.path)).toEqual([
        './deploy/images',
        './deploy/staging',
      ]);
      expect(
        yaml(result, 'app/catalog-info.yaml').metadata.annotations[
          'fluxcd.io/resources'
        ],
      ).toBe(
        'kustomization:shop-staging/orders, kustomization:shop-staging/orders-images, kustomization:shop-production/orders',
      );
    });

    it('gives users a canary in production and staging a plain rollout under a name of its own', () => {
      const files = (folder: string) =>
        yaml(result, `app/deploy/${folder}/kustomization.yaml`).resources;
      expect(files('staging')).toContain('service.yaml');
      expect(files('staging')).not.toContain('canary.yaml');
      expect(files('production')).toContain('canary.yaml');
      // Flagger makes the Service, and divides the requests of what is included
      expect(files('production')).not.toContain('service.yaml');
      const proxy = (folder: string) =>
        yaml(result, `app/deploy/${folder}/http-proxy.yaml`).spec;
      expect(proxy('staging').virtualhost.fqdn).toBe(
        'staging.orders.example.com',
      );
      expect(proxy('production').includes).toEqual([
        { name: 'orders', conditions: [{ prefix: '/' }] },
      ]);
      expect(
        yaml(result, 'app/deploy/app/deployment.yaml').spec.replicas,
      ).toBeUndefined();
    });

    it('copies staging’s image to production, whatever was there', async () => {
      const workflow = yaml(result, 'app/.github/workflows/promote.yml');
      expect(workflow.on.push.paths).toEqual(['deploy/staging/image.yaml']);
      const [, step, next] = workflow.jobs.request.steps;
      const folder = await mkdtemp(join(tmpdir(), 'flux-app-promote-'));
      try {
        const write = async (environment: string, image: string) => {
          const path = `deploy/${environment}/image.yaml`;
          await mkdir(join(folder, 'deploy', environment), { recursive: true });
          await writeFile(
            join(folder, path),
            read(result, `app/${path}`).replace(/image: ''/, `image: ${image}`),
          );
        };
        const image = 'ghcr.io/acme/orders:main-0123456-1700000000';
        for (const before of ["''", `${image}9`]) {
          await write('staging', image);
          await write('production', before);
          const env = {
            PATH: process.env.PATH,
            GITHUB_OUTPUT: join(folder, 'output'),
          };
          await run('bash', ['-eo', 'pipefail', '-c', step.run], {
            cwd: folder,
            env,
          });
          const { spec } = parse(
            await readFile(
              join(folder, 'deploy/production/image.yaml'),
              'utf8',
            ),
          );
          expect(spec.template.spec.containers).toEqual([
            { name: 'app', image },
          ]);
        }
        // Nothing has been rolled out to staging yet; the first push is no failure
        await write('staging', "''");
        const output = join(folder, 'none');
        await writeFile(output, '');
        await run('bash', ['-eo', 'pipefail', '-c', step.run], {
          cwd: folder,
          env: { PATH: process.env.PATH, GITHUB_OUTPUT: output },
        });
        expect(await readFile(output, 'utf8')).toBe('');
        expect(next.if).toBe("${{ steps.copy.outputs.tag != '' }}");
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  });

  it.each([
    ['one', 'commit', 'component:default/orders'],
    ['staging-production', 'commit', 'Kustomization orders-staging/orders'],
    ['one', 'pull-request', undefined],
  ])(
    'waits for what comes by itself: environments %s, updates by %s',
    async (environments, updates, waited) => {
      const { log } = await dryRun({
        environments,
        updates,
        enrolment: 'direct',
        wait: true,
      });
      expect(/Dry run: (.*) is not waited for/.exec(log)?.[1]).toBe(waited);
    },
  );

  it('lets the workflow tell Flux without a secret, and nobody else', async () => {
    const receiverUrl = 'https://flux-webhook.example.com';
    const result = await dryRun({ notify: 'push', receiverUrl });
    const { metadata, spec } = yaml(result, 'app/deploy/images/receiver.yaml');
    expect(spec).toMatchObject({
      type: 'generic-oidc',
      oidcProviders: [
        {
          issuerURL: 'https://token.actions.githubusercontent.com',
          audience: receiverUrl,
          validations: [
            { expression: "claims.repository == 'acme/orders'" },
            { expression: "claims.ref == 'refs/heads/main'" },
          ],
        },
      ],
      resources: [
        { kind: 'ImageRepository', name: 'orders' },
        { kind: 'GitRepository', name: 'orders' },
      ],
    });
    expect(spec.secretRef).toBeUndefined();
    const script = read(result, 'app/.github/scripts/tell-flux.sh');
    const line = script.split('\n').find(text => text.includes('sha256sum'))!;
    const { stdout } = await run('bash', [
      '-c',
      `name=${metadata.name}; namespace=${metadata.namespace}; ${line}; echo $path`,
    ]);
    // notification-controller: sha256(token + name + namespace), without a token
    expect(stdout.trim()).toBe(
      createHash('sha256')
        .update(`${metadata.name}${metadata.namespace}`)
        .digest('hex'),
    );
    const { jobs } = yaml(result, 'app/.github/workflows/ci.yml');
    expect(jobs['tell-flux'].needs).toBe('image');
  });

  it('holds each round of blue/green to answers, since nobody looks at what a load test gets', async () => {
    const result = await dryRun({ rollout: 'blue-green' });
    const { analysis } = yaml(result, 'app/deploy/app/canary.yaml').spec;
    expect(analysis.metrics).toBeUndefined();
    const rounds = analysis.webhooks.filter(
      ({ type }: any) => type === 'rollout',
    );
    expect(rounds.map(({ metadata }: any) => metadata.type)).toEqual([
      'bash',
      'cmd',
    ]);
    const { cmd } = rounds[0].metadata;
    for (const [name, script, code] of [
      ['serves', 'exit 0', 0],
      ['fails once', 'n=$(cat n); echo $((n + 1)) > n; [ $n != 7 ]', 1],
    ] as const) {
      const folder = await mkdtemp(join(tmpdir(), 'blue-green-'));
      try {
        await writeFile(join(folder, 'n'), '0');
        await writeFile(join(folder, 'curl'), `#!/bin/bash\n${script}\n`, {
          mode: 0o755,
        });
        const PATH = `${folder}:${process.env.PATH}`;
        const ended = await run('bash', ['-c', cmd], {
          cwd: folder,
          env: { ...process.env, PATH },
        }).then(
          () => 0,
          error => error.code,
        );
        expect([name, ended]).toEqual([name, code]);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }
  });

  it('pulls private images with the secret of the platform', async () => {
    const secretsOf = async (
      values: Record<string, string>,
      environment?: Record<string, string>,
    ) => {
      const result = await dryRun(values, environment);
      const { spec } = yaml(result, 'app/deploy/images/image-repository.yaml');
      const pod = yaml(result, 'app/deploy/app/deployment.yaml').spec.template
        .spec;
      return [spec.secretRef, pod.imagePullSecrets];
    };
    const ghcr = { name: 'ghcr' };
    expect(await secretsOf({ imageAccess: 'private' })).toEqual([ghcr, [ghcr]]);
    expect(
      await secretsOf({ imageAccess: 'private' }, { imagePullSecret: 'none' }),
    ).toEqual([undefined, undefined]);
    expect(
      await secretsOf({ imageAccess: 'public' }, { imagePullSecret: 'pull' }),
    ).toEqual([undefined, undefined]);
  });

  it('takes the platform’s settings from the scaffolder’s environment', async () => {
    const result = await dryRun(
      {
        repoOwner: undefined,
        owner: 'user:default/guest',
        imageAccess: 'private',
      },
      {
        registry: '127.0.0.1:4011',
        interval: '10s',
        githubOwner: 'acme',
        imagePullSecret: 'pull',
      },
    );
    expect(
      yaml(result, 'app/deploy/images/image-repository.yaml').spec,
    ).toEqual({
      image: '127.0.0.1:4011/acme/orders',
      interval: '10s',
      insecure: true,
      secretRef: { name: 'pull' },
    });
    expect(yaml(result, 'enrolment/source.yaml').spec.interval).toBe('10s');
    const pod = yaml(result, 'app/deploy/app/deployment.yaml').spec.template
      .spec;
    expect(pod.imagePullSecrets).toEqual([{ name: 'pull' }]);
    expect(read(result, 'app/CODEOWNERS')).toBe('* @guest\n');
  });
});
