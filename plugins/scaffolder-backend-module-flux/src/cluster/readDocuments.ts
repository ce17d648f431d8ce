import { readdir, readFile } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { parseAllDocuments } from 'yaml';

/** One document of a YAML file. */
export interface YamlDocument {
  /** Path in the workspace. */
  file: string;
  /** Counted from 1, and how many the file has. */
  number: number;
  count: number;
  content: unknown;
  /** Why it can’t be read. */
  problem?: string;
  /** Whether a kustomization of the same folder lists the file as a patch. */
  patch: boolean;
}

const KUSTOMIZATION = /^kustomization(\.ya?ml)?$/i;

function parse(text: string): { content: unknown; problem?: string }[] {
  return parseAllDocuments(text)
    .filter(document => document.contents !== null)
    .map(document => {
      const [error] = document.errors;
      return error
        ? { content: undefined, problem: `is not valid YAML: ${error.message}` }
        : { content: document.toJS() };
    });
}

/** Files that the kustomization of a folder lists as patches. */
function patchesOf(folder: string, kustomization: any): string[] {
  const { patches, patchesStrategicMerge } = kustomization ?? {};
  return [
    ...(Array.isArray(patches) ? patches.map(patch => patch?.path) : []),
    ...(Array.isArray(patchesStrategicMerge) ? patchesStrategicMerge : []),
  ]
    .filter(path => typeof path === 'string' && !path.includes('\n'))
    .map(path => posix.join(folder, path));
}

/**
 * Reads every YAML file of folders of the workspace, and of the folders in them.
 *
 * @throws InputError for a folder that is not there; NotAllowedError for one outside of the workspace.
 */
export async function readDocuments(
  workspace: string,
  folders: string[],
): Promise<YamlDocument[]> {
  const files = new Set<string>();
  for (const folder of folders) {
    const path = resolveSafeChildPath(workspace, folder);
    const entries = await readdir(path, {
      recursive: true,
      withFileTypes: true,
    }).catch(() => {
      throw new InputError(`The workspace has no folder '${folder}'`);
    });
    entries
      .filter(({ name }) => /\.ya?ml$/.test(name) || KUSTOMIZATION.test(name))
      .filter(entry => entry.isFile())
      .map(({ parentPath, name }) =>
        relative(workspace, join(parentPath, name)),
      )
      .forEach(file => files.add(file.split(sep).join('/')));
  }
  const patches = new Set<string>();
  const documents: Omit<YamlDocument, 'patch'>[] = [];
  for (const file of [...files].sort()) {
    const parsed = parse(await readFile(join(workspace, file), 'utf8'));
    if (KUSTOMIZATION.test(posix.basename(file))) {
      for (const { content } of parsed) {
        patchesOf(posix.dirname(file), content).forEach(path =>
          patches.add(path),
        );
      }
    }
    parsed.forEach((document, index) =>
      documents.push({
        file,
        number: index + 1,
        count: parsed.length,
        ...document,
      }),
    );
  }
  return documents.map(document => ({
    ...document,
    patch: patches.has(document.file),
  }));
}
