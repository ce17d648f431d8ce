import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { KubernetesClient, KubernetesObject } from '../controllers/client';
import { generateSshKeyPair } from '../github';
import { accessObjects } from '../access';
import { applications, SeedApplication } from './applications';
import { addBuild } from './builds';
import { Files, renderFolder, replaceIn, TemplateValues } from './files';
import { bootstrapObjects, emptyFleetFiles, fleetFiles } from './fleet';
import { addCommit } from './history';
import { owner, platform, repositoryPath, SeedOptions } from './options';
import { catalogFiles } from './organization';

const hour = 3_600_000;
const flux = { name: 'flux', email: 'flux@acme.invalid' };

const template = resolvePackagePath(
  '@backstage-flux/sandbox',
  '../../templates/flux-app',
);

/** Fills an empty sandbox: who there is, what Backstage may do on each cluster and, if wanted, examples. */
export async function seed(options: SeedOptions): Promise<void> {
  const { githubUrl, clusters, examples, fleets } = options;
  const started = Date.now();
  for (const client of clusters.values()) {
    await applyAll(client, accessObjects);
  }
  if (examples) {
    await seedExamples(options, started);
  }
  for (const cluster of fleets) {
    await createFleet(options, cluster, emptyFleetFiles(cluster), started);
  }
  await createRepository(options, 'catalog', 'Who there is and what they own');
  await addCommit(repositoryPath(options, 'catalog'), {
    message: 'Describe the organization',
    author: platform,
    at: new Date(started - 60 * hour),
    files: catalogFiles({
      githubUrl,
      owner,
      clusters: examples ? [...clusters.keys()] : [],
      applications: examples ? applications : [],
    }),
  });
}

/** Repositories with a history, images, and what Flux needs on each cluster. */
async function seedExamples(
  options: SeedOptions,
  started: number,
): Promise<void> {
  const { githubUrl, clusters } = options;
  const apps = new Map(
    [...clusters.keys()].map(name => [name, new Map() as Files]),
  );

  for (const app of applications) {
    await createRepository(options, app.name, app.description);
    const values = templateValues(options, app);
    await writeApplication(options, app, values);
    const enrolment = await renderFolder(template, 'enrolment', values);
    app.enrolment?.(enrolment);
    for (const cluster of app.clusters) {
      for (const [path, text] of enrolment) {
        apps.get(cluster)?.set(`${app.name}/${path}`, text);
      }
    }
    await giveGitAccess(options, app);
  }

  for (const [cluster, client] of clusters) {
    const files = fleetFiles(cluster, apps.get(cluster) ?? new Map());
    const name = await createFleet(options, cluster, files, started);
    await applyAll(
      client,
      bootstrapObjects(cluster, `${githubUrl}/${owner}/${name}.git`),
    );
  }
}

async function createFleet(
  options: SeedOptions,
  cluster: string,
  files: Files,
  started: number,
): Promise<string> {
  const name = `fleet-${cluster}`;
  await createRepository(options, name, `What Flux applies on ${cluster}`);
  await addCommit(repositoryPath(options, name), {
    message: 'Set up the fleet',
    author: platform,
    at: new Date(started - 50 * hour),
    files,
  });
  return name;
}

async function applyAll(client: KubernetesClient, objects: KubernetesObject[]) {
  for (const object of objects) {
    await client.apply(object, { fieldManager: 'flux' });
  }
}

function createRepository(
  options: SeedOptions,
  name: string,
  description: string,
) {
  return options.github.post(`/orgs/${owner}/repos`, { name, description });
}

function image(options: SeedOptions, app: SeedApplication): string {
  return `${new URL(options.registryUrl).host}/${owner}/${app.name}`;
}

function templateValues(
  options: SeedOptions,
  app: SeedApplication,
): TemplateValues {
  const environment = {
    folder: 'app',
    namespace: app.name,
    images: true,
    host: '',
    rollout: 'rolling',
  };
  // What nobody watches need not keep the machine busy
  const interval = app.release ? '10s' : '1m';
  return {
    ...environment,
    environment,
    environments: [environment],
    staged: false,
    imageNamespace: app.name,
    stack: 'node',
    imageAccess: 'private',
    name: app.name,
    description: app.description,
    owner: `group:default/${app.owner}`,
    cluster: app.clusters.length === 1 ? app.clusters[0] : '',
    updates: app.updates ?? 'commit',
    repoHost: new URL(options.githubUrl).host,
    repoOwner: owner,
    repoName: app.name,
    image: image(options, app),
    registry: new URL(options.registryUrl).host,
    insecure: new URL(options.registryUrl).protocol === 'http:',
    interval,
    scanInterval: interval,
    retryInterval: interval,
    sshUrl: `${options.sshUrl}/${owner}/${app.name}.git`,
  };
}

async function writeApplication(
  options: SeedOptions,
  app: SeedApplication,
  values: TemplateValues,
): Promise<void> {
  const repository = repositoryPath(options, app.name);
  const now = Date.now();
  const files = await renderFolder(template, 'skeleton', values);
  const add = (more: Files, folder = '') =>
    more.forEach((text, path) => files.set(`${folder}${path}`, text));
  add(await renderFolder(template, 'stacks/node', values));
  add(await renderFolder(template, 'environment', values), 'deploy/app/');
  if (app.updates === 'pull-request') {
    add(await renderFolder(template, 'pull-request', {}));
  }
  // What a team adds once the template has made its component
  replaceIn(files, /\n {2}owner: .*/, '$&\n  system: shop', [
    'catalog-info.yaml',
  ]);
  const tags: string[] = [];

  for (let build = 1; build <= Math.max(app.images, 1); build++) {
    const at = new Date(now - (app.images - build + 1) * 13 * hour);
    const tag = await addBuild(options, app, {
      message:
        build === 1 ? `Create ${app.name}` : `Write down change ${build}`,
      at,
      files:
        build === 1
          ? files
          : new Map([['CHANGELOG.md', `# Changes\n\n- Change ${build}\n`]]),
      publish: app.images > 0,
    });
    tags.push(...(tag ? [tag] : []));
  }

  const written = tags.at(-1 - (app.behind ?? 0));
  const deploy: Files = new Map(
    [...files].filter(([path]) => path.startsWith('deploy/')),
  );
  if (written) {
    for (const [path, text] of deploy) {
      deploy.set(
        path,
        text.replace(
          "image: '' #",
          `image: ${image(options, app)}:${written} #`,
        ),
      );
    }
  }
  app.change?.(deploy);
  if (written || app.change) {
    await addCommit(repository, {
      message: written
        ? `deploy: ${image(options, app)}:${written}`
        : 'Change the deployment',
      author: flux,
      at: new Date(now - hour),
      files: deploy,
    });
  }
}

/** The deploy key of the one repository, in the one namespace. */
async function giveGitAccess(
  options: SeedOptions,
  app: SeedApplication,
): Promise<void> {
  const key = generateSshKeyPair(`flux ${app.name}`);
  await options.github.post(`/repos/${owner}/${app.name}/keys`, {
    title: 'flux',
    key: key.public,
    read_only: false,
  });
  const { ssh_keys: hostKeys } = await options.github.get<{
    ssh_keys: string[];
  }>('/meta');
  const { hostname, port } = new URL(options.sshUrl);
  const sshHost = port ? `[${hostname}]:${port}` : hostname;
  for (const cluster of app.clusters) {
    const client = options.clusters.get(cluster);
    if (!client) {
      continue;
    }
    await client.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: app.name } },
      { fieldManager: 'backstage-flux' },
    );
    await client.apply(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: `${app.name}-git`, namespace: app.name },
        type: 'Opaque',
        stringData: {
          identity: key.private,
          'identity.pub': key.public,
          known_hosts: hostKeys
            .map(hostKey => `${sshHost} ${hostKey}\n`)
            .join(''),
        },
      },
      { fieldManager: 'backstage-flux' },
    );
  }
}
