import { expect, test } from '@playwright/test';
import { list, remove } from './support/kubernetes';
import { seconds, world } from './support/world';

/** Kinds of which Flux removes what they made, before the namespace and its permissions go. */
const appliers = ['Kustomization', 'HelmRelease'];

const ours = (name: string) => name.startsWith(`${world().prefix}-`);

async function left(
  kind: string,
): Promise<{ namespace: string; name: string }[]> {
  return (await list(kind))
    .map(object => object.metadata)
    .filter(({ namespace, name }) => ours(namespace ?? name));
}

/** Runs at the end in every world, whatever became of the tests. */
test('everything that the tests made on the cluster can be removed', async () => {
  for (const kind of [...appliers, 'Namespace']) {
    for (const { namespace = '', name } of await left(kind)) {
      await remove(kind, namespace, name);
    }
    await expect.poll(() => left(kind), { timeout: seconds(120) }).toEqual([]);
  }
});
