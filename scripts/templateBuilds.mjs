// What Flux would apply from the repositories that the templates make.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { yamlFiles } from './templateSchemas.mjs';

async function contentOf(folders) {
  const hash = createHash('sha256');
  for (const folder of folders) {
    for (const [path, text] of await yamlFiles(folder)) {
      hash.update(path.slice(folder.length)).update('\0').update(text);
    }
  }
  return hash.digest('hex');
}

/** Folders below `deploy` of applications, each content once; an overlay is built on the folder `app` beside it. */
export async function applicationBuilds(roots) {
  const distinct = new Map();
  for (const root of roots) {
    const deploy = join(root, 'deploy');
    for (const name of await readdir(deploy)) {
      const folders = [name, ...(name === 'images' ? [] : ['app'])];
      const content = await contentOf(
        [...new Set(folders)].map(folder => join(deploy, folder)),
      );
      distinct.set(`${name} ${content}`, join(deploy, name));
    }
  }
  return [...distinct.values()];
}

/**
 * What the clusters of fleets apply, each content once: `builds` are folders for kustomize, `plain` those
 * whose manifests are taken as they are.
 */
export async function fleetBuilds(roots) {
  const distinct = new Map();
  for (const root of roots) {
    const folders = new Set();
    for (const cluster of await readdir(join(root, 'clusters'))) {
      folders.add(`clusters/${cluster}`);
      // Its patches are for what `flux bootstrap` adds
      folders.add(`clusters/${cluster}/flux-system`);
      for (const [, text] of await yamlFiles(join(root, 'clusters', cluster))) {
        for (const object of parseAllDocuments(text).map(each => each.toJS())) {
          if (object?.apiVersion?.startsWith('kustomize.toolkit.fluxcd.io')) {
            folders.add(object.spec.path.replace(/^\.\//, ''));
          }
        }
      }
    }
    for (const folder of folders) {
      const path = join(root, folder);
      distinct.set(`${folder} ${await contentOf([path])}`, path);
    }
  }
  const all = [...distinct.values()];
  const hasOwn = path => existsSync(join(path, 'kustomization.yaml'));
  return {
    builds: all.filter(hasOwn),
    plain: all.filter(path => !hasOwn(path)),
  };
}
