import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubernetesObject } from '@backstage-flux/sandbox/kubernetes';

const DIRECTORY = join(__dirname, '../__fixtures__/recordings');

/** All objects of the application `payments`, whose first image runs. */
export function payments(): KubernetesObject[] {
  return readdirSync(DIRECTORY)
    .filter(file => file.endsWith('.json'))
    .flatMap(file => {
      const content = JSON.parse(readFileSync(join(DIRECTORY, file), 'utf8'));
      return content.kind ? [content] : content.items;
    });
}
