import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import { parse } from 'yaml';

const TEMPLATES = resolvePackagePath(
  '@backstage-flux/render',
  '../../templates',
);

/** A template's entity and its files, as the scaffolder's dry run takes them. */
export async function readTemplate(name: string) {
  const folder = join(TEMPLATES, name);
  const text = await readFile(join(folder, 'template.yaml'), 'utf8').catch(
    async () => {
      const known = (await readdir(TEMPLATES)).sort().join(', ');
      throw new NotFoundError(
        `There is no template '${name}'; there are ${known}`,
      );
    },
  );
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  const directoryContents = await Promise.all(
    entries
      .filter(entry => entry.isFile())
      .map(async entry => {
        const path = join(entry.parentPath, entry.name);
        return {
          path: relative(folder, path).split(sep).join('/'),
          base64Content: (await readFile(path)).toString('base64'),
        };
      }),
  );
  return { entity: parse(text), directoryContents };
}
