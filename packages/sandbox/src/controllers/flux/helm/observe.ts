import { inventoryOf } from '../kustomization/inventory';
import { objectsOf } from './chart/manifests';
import type { Release, Snapshot } from './release/Release';
import { resourcesOf } from './release/resources';
import type { HelmRequest } from './request';

/** What Events about a snapshot are annotated with. */
export const aboutSnapshot = (snapshot: Snapshot) => ({
  revision: snapshot.chartVersion,
  token: snapshot.configDigest,
  appVersion: snapshot.appVersion,
});

/** A failure's message with what Helm logged. */
export const withLog = (message: string, log: unknown) =>
  String(log) ? `${message}\n\nLast Helm logs:\n\n${log}` : message;

/** What the release consists of, as soon as it is stored. */
export async function recordInventory(
  request: HelmRequest,
  { manifest, namespace }: Release,
) {
  const { object, client, chart } = request;
  const objects = await resourcesOf(manifest, namespace, client).catch(
    () => [],
  );
  const definitions = [...chart.crds.values()].flatMap(objectsOf);
  object.status.inventory = {
    entries: [...objects, ...definitions].flatMap(
      item => inventoryOf([item]).entries,
    ),
  };
}
