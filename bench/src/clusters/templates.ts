import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const recordings = join(
  dirname(require.resolve('@backstage-flux/plugin-flux-common/package.json')),
  'src/__fixtures__/recordings',
);

/** An object as real Flux left it at the end of a recorded run, managedFields included. */
export function recorded(
  watch: string,
  name: string,
  options: { ready?: boolean } = {},
): any {
  const events = readFileSync(join(recordings, `watch.${watch}.ndjson`), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
    .filter(({ type }) => type === 'ADDED' || type === 'MODIFIED');
  const found = events.findLast(
    ({ object: { metadata, status } }) =>
      metadata.name === name &&
      (!options.ready ||
        status?.conditions?.some(
          (c: any) => c.type === 'Ready' && c.status === 'True',
        )),
  );
  if (!found) {
    throw new Error(`There is no ${name} in the recording ${watch}`);
  }
  return found.object;
}
