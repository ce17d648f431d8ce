import type { KubernetesObject } from '../../../client';
import type { Chart, Values } from '../chart/Chart';
import { objectsOf } from '../chart/manifests';
import { renderChart } from '../chart/render';
import { conclude, HelmContext, now, update, wait } from './HelmContext';
import { runHooks } from './hooks';
import { chartOfRelease, hooksOfRelease, Release } from './Release';
import { applyResources, resourcesOf } from './resources';

/** Applies the definitions of a chart's `crds` folder. */
async function applyDefinitions(
  chart: Chart,
  policy: 'Skip' | 'Create' | 'CreateReplace',
  { resources: { client } }: HelmContext,
) {
  const definitions = [...chart.crds.values()].flatMap(objectsOf);
  for (const definition of policy === 'Skip' ? [] : definitions) {
    const { apiVersion, kind, metadata } = definition;
    const exists = await client.get({ apiVersion, kind, name: metadata.name });
    if (!exists || policy === 'CreateReplace') {
      await client.apply(definition, {
        fieldManager: 'helm-controller',
        force: true,
      });
    }
  }
}

function render(
  chart: Chart,
  values: Values,
  context: HelmContext,
  release: { version: number; isUpgrade: boolean },
) {
  const { name, namespace, capabilities } = context;
  return renderChart(
    chart,
    values,
    {
      name,
      namespace,
      revision: release.version,
      isUpgrade: release.isUpgrade,
    },
    capabilities,
  );
}

/** `helm install`. */
export async function install(
  chart: Chart,
  values: Values,
  context: HelmContext,
  crds: 'Skip' | 'Create' | 'CreateReplace',
): Promise<void> {
  const { name, namespace, storage, resources, log } = context;
  await applyDefinitions(chart, crds, context);
  const version = ((await storage.last(name))?.version ?? 0) + 1;
  const rendered = render(chart, values, context, {
    version,
    isUpgrade: false,
  });
  const time = now();
  const release: Release = {
    name,
    info: {
      first_deployed: time,
      last_deployed: time,
      description: 'Initial install underway',
      status: 'pending-install',
      ...(rendered.notes ? { notes: rendered.notes } : {}),
    },
    chart: chartOfRelease(chart),
    config: values,
    manifest: rendered.manifest,
    hooks: hooksOfRelease(rendered.hooks),
    version,
    namespace,
    apply_method: 'ssa',
  };
  let objects: KubernetesObject[];
  try {
    objects = await resourcesOf(rendered.manifest, namespace, resources.client);
  } catch (error) {
    throw new Error(
      `unable to build kubernetes objects from release manifest: ${
        (error as Error).message
      }`,
    );
  }
  await storage.create(release, context.maxHistory);
  const attempt = async (prefix: string, run: () => Promise<void>) =>
    run().catch(error => {
      throw new Error(`${prefix}${(error as Error).message}`);
    });
  try {
    if (context.hooks) {
      await attempt('failed pre-install: ', () =>
        runHooks(release, 'pre-install', resources),
      );
    }
    log.creating(objects.length);
    await applyResources(objects, release, resources);
    await wait(objects, context);
    if (context.hooks) {
      await attempt('failed post-install: ', () =>
        runHooks(release, 'post-install', resources),
      );
    }
  } catch (error) {
    const { message } = error as Error;
    log.failed('install failed', name);
    await conclude(
      release,
      'failed',
      `Release "${name}" failed: ${message}`,
      storage,
    );
    throw error;
  }
  await conclude(release, 'deployed', 'Install complete', storage);
}

/** `helm upgrade`. */
export async function upgrade(
  chart: Chart,
  values: Values,
  context: HelmContext,
  crds: 'Skip' | 'Create' | 'CreateReplace',
): Promise<void> {
  const { name, storage, resources, log } = context;
  await applyDefinitions(chart, crds, context);
  log.preparingUpgrade(name);
  const history = await storage.history(name);
  const [last] = history;
  const deployed = history.find(({ info }) => info.status === 'deployed');
  const current = deployed ?? last;
  if (!current) {
    throw new Error(`"${name}" has no deployed releases`);
  }
  const version = last.version + 1;
  const rendered = render(chart, values, context, { version, isUpgrade: true });
  const release: Release = {
    ...current,
    info: {
      first_deployed: current.info.first_deployed,
      last_deployed: now(),
      description: 'Preparing upgrade',
      status: 'pending-upgrade',
      ...(rendered.notes ? { notes: rendered.notes } : {}),
    },
    chart: chartOfRelease(chart),
    config: values,
    manifest: rendered.manifest,
    hooks: hooksOfRelease(rendered.hooks),
    version,
  };
  log.performingUpgrade(name);
  let target: KubernetesObject[];
  try {
    target = await resourcesOf(
      release.manifest,
      release.namespace,
      resources.client,
    );
  } catch (error) {
    throw new Error(
      `unable to build kubernetes objects from new release manifest: ${
        (error as Error).message
      }`,
    );
  }
  await storage.create(release, context.maxHistory);
  try {
    await update(current, release, target, 'upgrade', context);
  } catch (error) {
    await storage.update(current);
    log.failed('upgrade failed', name);
    await conclude(
      release,
      'failed',
      `Upgrade "${name}" failed: ${(error as Error).message}`,
      storage,
    );
    throw error;
  }
  current.info.status = 'superseded';
  await storage.update(current);
  await conclude(release, 'deployed', 'Upgrade complete', storage);
}
