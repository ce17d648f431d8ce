import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { InputError } from '@backstage/errors';
import { Manifest, parseManifests } from './Manifest';

/** Reads every YAML file of a folder and of the folders in it, by name; `label` is how messages call the folder. */
export async function readManifests(
  folder: string,
  label: string,
): Promise<Manifest[]> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  }).catch(() => {
    throw new InputError(`The workspace has no folder '${label}'`);
  });
  const files = entries
    .filter(entry => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort();
  const manifests: Manifest[] = [];
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    manifests.push(...parseManifests(text, `${label}/${file}`));
  }
  return manifests;
}
