import { gitRepository, kustomization, namespace } from './flux';
import { commit, createRepository } from './github';
import { apply } from './kubernetes';

/** Makes a fleet repository of which Flux applies `apps/`, and the namespace where it does, called the same. */
export async function setUpFleet(name: string): Promise<void> {
  await createRepository(name);
  await commit(name, 'Set up the fleet', clone =>
    clone.write('apps/README.md', 'A folder for each application.\n'),
  );
  await apply(namespace(name));
  await apply(gitRepository(name, 'fleet', name));
  await apply(kustomization(name, 'apps', { source: 'fleet', path: './apps' }));
}
