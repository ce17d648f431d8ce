import type { FluxObject } from '../lib/FluxObject';
import { Artifact, sha256 } from './artifact';
import type { ArtifactServer } from './ArtifactServer';

// Consumers that have just read the status may still be on their way to the one before.
const KEPT_MS = 60_000;
const LATEST = 'latest.tar.gz';

/** Keeps an artifact, says so in the object's status, and removes older ones. */
export async function storeArtifact(
  object: FluxObject,
  artifacts: ArtifactServer,
  artifact: { folder: string; file: string; revision: string; content: Buffer },
): Promise<Artifact> {
  const { folder, file, revision, content } = artifact;
  const before: Artifact | undefined = object.status.artifact;
  const path = `${folder}/${file}`;
  const latest = `${folder}/${LATEST}`;
  await artifacts.write(path, content);
  await artifacts.write(latest, content);
  const stored: Artifact = {
    digest: sha256(content),
    lastUpdateTime: object.now(),
    path,
    revision,
    size: content.length,
    url: artifacts.urlOf(path),
  };
  object.status.artifact = stored;
  object.status.url = artifacts.urlOf(latest);
  const age = before ? Date.now() - Date.parse(before.lastUpdateTime) : 0;
  const removed = await artifacts.removeOthers(path, [
    latest,
    ...(before && age < KEPT_MS ? [before.path] : []),
  ]);
  if (removed > 0) {
    await object.event(
      'Normal',
      'GarbageCollectionSucceeded',
      `garbage collected ${removed} artifacts`,
    );
  }
  return stored;
}

/** The artifact of the status, if it is still there, at the address where it is served now. */
export async function currentArtifact(
  object: FluxObject,
  artifacts: ArtifactServer,
): Promise<Artifact | undefined> {
  const artifact: Artifact | undefined = object.status.artifact;
  if (!artifact || !(await artifacts.has(artifact.path))) {
    return undefined;
  }
  // The server's port may be another one after a restart.
  object.status.artifact = { ...artifact, url: artifacts.urlOf(artifact.path) };
  object.status.url = artifacts.urlOf(
    `${artifact.path.split('/').slice(0, -1).join('/')}/${LATEST}`,
  );
  return object.status.artifact;
}

/** What an object says while it makes an artifact. */
export async function sayBuilding(object: FluxObject, message: string) {
  object.remove('Stalled');
  object.set('Reconciling', 'True', 'Progressing', message);
  object.set('Ready', 'Unknown', 'Progressing', message);
  await object.patchStatus();
}
