import { execFile } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { parseAllDocuments } from 'yaml';
import { builtinSchemas, customSchemas, SchemaFiles } from './strictSchema';

const run = promisify(execFile);
const PINNED = resolvePackagePath('@backstage-flux/render', 'schemas');
// The version of Kubernetes that everything else is tested with
const CLUSTER = resolvePackagePath(
  '@backstage-flux/render',
  '../../test-cluster',
);

const FLUX = [
  'source-controller/api/v1',
  'kustomize-controller/api/v1',
  'helm-controller/api/v2',
  'image-reflector-controller/api/v1',
  'image-automation-controller/api/v1',
  'notification-controller/api/v1',
  'notification-controller/api/v1beta3',
];

/** Where the modules have their CustomResourceDefinitions. */
const DEFINITIONS = [
  ['github.com/cert-manager/cert-manager', 'deploy/crds'],
  ['github.com/projectcontour/contour', 'examples/contour/01-crds.yaml'],
  ['github.com/fluxcd/flagger', 'artifacts/flagger/crd.yaml'],
];

/** The folder of a module in the version that go.mod pins, downloaded if need be. */
async function moduleFolder(module: string, cwd: string): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', module], {
    cwd,
  });
  return JSON.parse(stdout).Dir;
}

async function definitionsIn(path: string): Promise<any[]> {
  const files = path.endsWith('.yaml')
    ? [path]
    : (await readdir(path))
        .filter(name => name.endsWith('.yaml'))
        .map(name => join(path, name));
  const texts = await Promise.all(files.map(file => readFile(file, 'utf8')));
  return texts
    .flatMap(text => parseAllDocuments(text))
    .map(document => document.toJS())
    .filter(object => object?.kind === 'CustomResourceDefinition');
}

async function readSchemas(scratch: string): Promise<SchemaFiles> {
  const kubernetes = await moduleFolder('k8s.io/kubernetes', CLUSTER);
  const openapi = join(kubernetes, 'api/openapi-spec/v3');
  const files = (await readdir(openapi)).filter(name =>
    /^apis?__.*v\d/.test(name),
  );
  const documents = await Promise.all(
    files.map(async name =>
      JSON.parse(await readFile(join(openapi, name), 'utf8')),
    ),
  );
  const core = documents[files.indexOf('api__v1_openapi.json')];

  await run(
    'go',
    [
      'tool',
      'controller-gen',
      'crd',
      ...FLUX.map(path => `paths=github.com/fluxcd/${path}`),
      `output:crd:dir=${scratch}`,
    ],
    { cwd: PINNED },
  );
  const definitions = [...(await definitionsIn(scratch))];
  for (const [module, path] of DEFINITIONS) {
    definitions.push(
      ...(await definitionsIn(join(await moduleFolder(module, PINNED), path))),
    );
  }
  return new Map([
    ...documents.flatMap(document => [...builtinSchemas(document)]),
    ...definitions.flatMap(each => [...customSchemas(each, core)]),
  ]);
}

/** Writes the schema of every kind into a folder, which is there only when it is whole. */
async function main(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const partial = await mkdtemp(`${folder}.`);
  try {
    const scratch = join(partial, 'definitions');
    const schemas = await readSchemas(scratch);
    await rm(scratch, { recursive: true });
    for (const [path, schema] of schemas) {
      const file = join(partial, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, JSON.stringify(schema));
    }
    await rename(partial, folder);
    console.log(`schemas: ${schemas.size} kinds`);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

main(process.argv[2]).catch(error => {
  console.error(error);
  process.exit(1);
});
