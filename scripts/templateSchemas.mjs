// What a cluster would say of the manifests: each is checked strictly against the schema of its kind.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { execChild } from './children.mjs';

const cache = resolve('node_modules/.cache/template-schemas');

/** Wrong in one way each, so that a schema that lets everything pass is found out. */
const mistakes = [
  [
    'Deployment',
    object => (object.spec.replicaz = 2),
    /'replicaz' not allowed/,
  ],
  ['Service', object => (object.spec.ports[0].port = 'x'), /want integer/],
  ['Service', object => delete object.spec.ports[0].port, /missing property/],
  ['RoleBinding', object => (object.metadata.label = {}), /'label' not/],
  ['Kustomization', object => delete object.spec.interval, /'interval'/],
  ['Kustomization', object => (object.spec.prune = 'yes'), /want boolean/],
  ['GitRepository', object => (object.metadata.label = {}), /'label' not/],
  ['HelmRelease', object => (object.spec.chartz = {}), /'chartz' not allowed/],
  ['ImageRepository', object => (object.spec.provider = 'x'), /must be one of/],
  ['ImagePolicy', object => delete object.spec.policy, /'policy'/],
  ['ImageUpdateAutomation', object => (object.spec.gits = {}), /'gits' not/],
  ['Receiver', object => (object.spec.type = 'x'), /must be one of/],
  ['Provider', object => (object.spec.type = 'x'), /must be one of/],
  ['Alert', object => delete object.spec.providerRef, /'providerRef'/],
  [
    'HTTPProxy',
    object => (object.spec.virtualhosts = {}),
    /'virtualhosts' not/,
  ],
  ['Certificate', object => delete object.spec.secretName, /'secretName'/],
  ['ClusterIssuer', object => (object.spec.acne = {}), /'acne' not allowed/],
  ['Canary', object => (object.spec.analysis.maxWeight = 'x'), /want number/],
];

/** The folder of the schemas, made when it is not there for these versions; they are kept by their content. */
async function schemas() {
  const hash = createHash('sha256');
  for (const path of [
    'packages/render/schemas/go.mod',
    'packages/render/src/schemas/strictSchema.ts',
    'packages/render/src/schemas/writeSchemas.ts',
    'test-cluster/go.mod',
  ]) {
    hash.update(await readFile(path));
  }
  const folder = join(cache, hash.digest('hex').slice(0, 16));
  if (!existsSync(folder)) {
    await rm(cache, { recursive: true, force: true });
    const { stdout } = await execChild(process.execPath, [
      '--require',
      './node_modules/@backstage/cli/config/nodeTransform.cjs',
      'packages/render/src/schemas/writeSchemas.ts',
      folder,
    ]);
    process.stdout.write(stdout);
  }
  return folder;
}

/** Answers for each JSON file of a folder what kubeconform says: `{ status, msg, kind, name }`. */
async function kubeconform(program, folder) {
  const args = [
    '-strict',
    '-verbose',
    '-output',
    'json',
    '-schema-location',
    `${await schemas()}/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`,
    folder,
  ];
  const { stdout } = await execChild(program, args).catch(error => {
    // It ends with 1 when something is wrong, and has said what
    if (!error.stdout) {
      throw error;
    }
    return error;
  });
  return JSON.parse(stdout).resources;
}

/** Each different object once, with where it is. */
export class Manifests {
  #found = new Map();

  add(where, text) {
    for (const document of parseAllDocuments(text)) {
      const object = document.toJS();
      // Kustomizations of kustomize are read by it, and are nothing that a cluster gets
      if (object && !object.apiVersion?.startsWith('kustomize.config.k8s.io')) {
        const json = JSON.stringify(object);
        if (!this.#found.has(json)) {
          this.#found.set(json, where);
        }
      }
    }
  }

  /** Checks them all, and that what is wrong would be found. */
  async check(program, scratch) {
    const all = [...this.#found];
    const files = [];
    const add = async (text, outcome) => {
      const file = join(scratch, `${files.length}.json`);
      files.push({ file, ...outcome });
      await writeFile(file, text);
    };
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
    for (const [text, where] of all) {
      await add(text, { where });
    }
    for (const [kind, spoil, expected] of mistakes) {
      const object = all
        .map(([text]) => JSON.parse(text))
        .find(each => each.kind === kind);
      if (!object) {
        throw new Error(`No template makes a ${kind} that could be spoiled`);
      }
      spoil(object);
      await add(JSON.stringify(object), { where: `spoiled ${kind}`, expected });
    }
    const answers = new Map(
      (await kubeconform(program, scratch)).map(each => [each.filename, each]),
    );
    const result = { passed: 0, failed: 0 };
    for (const { file, where, expected } of files) {
      const { status, msg, kind, name } = answers.get(file) ?? {};
      const right = expected
        ? status === 'statusInvalid' && expected.test(msg)
        : status === 'statusValid';
      if (!right) {
        console.error(`${where}: ${kind} ${name}: ${msg || status}`);
      }
      result[right ? 'passed' : 'failed'] += 1;
    }
    const kinds = new Set(all.map(([text]) => JSON.parse(text).kind));
    console.log(
      `${all.length} manifests of ${kinds.size} kinds (${[...kinds]
        .sort()
        .join(', ')}), and ${mistakes.length} with a mistake`,
    );
    return result;
  }
}

/** The YAML files of a folder and those in it, with what they say. */
export async function yamlFiles(folder) {
  const names = await readdir(folder, { recursive: true });
  return Promise.all(
    names
      .filter(name => /\.ya?ml$/.test(name))
      .sort()
      .map(async name => [
        join(folder, name),
        await readFile(join(folder, name), 'utf8'),
      ]),
  );
}
