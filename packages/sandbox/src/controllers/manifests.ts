import { setTimeout as delay } from 'node:timers/promises';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesClient, KubernetesObject } from './client';
import { keyOf } from './runtime';

const FIELD_MANAGER = 'flux';

/** Applies every object of a folder's YAML files, and waits until new kinds are served. */
export async function applyManifests(
  client: KubernetesClient,
  folder: string,
): Promise<void> {
  const definitions: KubernetesObject[] = [];
  for (const file of (await readdir(folder)).sort()) {
    if (!file.endsWith('.yaml')) {
      continue;
    }
    const text = await readFile(join(folder, file), 'utf8');
    for (const document of parseAllDocuments(text)) {
      const object: KubernetesObject = document.toJS();
      await client.apply(object, { fieldManager: FIELD_MANAGER, force: true });
      if (object.kind === 'CustomResourceDefinition') {
        definitions.push(object);
      }
    }
  }
  for (const definition of definitions) {
    await untilEstablished(client, definition);
  }
}

async function untilEstablished(
  client: KubernetesClient,
  definition: KubernetesObject,
): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const { status } = (await client.get(keyOf(definition))) ?? {};
    const conditions: { type: string; status: string; message: string }[] =
      status?.conditions ?? [];
    const established = conditions.find(({ type }) => type === 'Established');
    if (established?.status === 'True') {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `${definition.metadata.name} is not established after 30 s: ${
          established?.message ?? 'no condition'
        }`,
      );
    }
    await delay(100);
  }
}
