import { expect, Page } from '@playwright/test';
import {
  backstage,
  createApplication,
  expectHeadline,
  openFluxTab,
  TASK_TIMEOUT,
  taskLink,
} from './backstage';
import { commit } from './github';
import { imageTags, newestTag, version } from './images';
import { read } from './kubernetes';
import { named, seconds } from './world';

const description = 'Says “hello”: politely';

/** The application that most scenarios happen to. */
export const greeter = () => named('greeter');

export const greeterForm = () => ({
  name: greeter(),
  description,
  enrolment: 'direct' as const,
});

/**
 * Leaves the greeter's tab open, running. Where no scenario before has created it, it is brought to where
 * they leave it: with its second image.
 */
export async function openRunningGreeter(page: Page): Promise<void> {
  const entities = await backstage<object[]>(
    `/catalog/entities?filter=kind=component,metadata.name=${greeter()}`,
  );
  if (entities.length === 0) {
    await createApplication(page, greeterForm());
    await expect(taskLink(page, 'See it roll out')).toBeVisible({
      timeout: TASK_TIMEOUT,
    });
    await expectRunning(page, 1);
    await commit(greeter(), 'Say it differently', clone =>
      clone.edit('README.md', text => `${text}\nChanged.\n`),
    );
    await expectRunning(page, 2);
  }
  await expectRunning(page);
}

/** Expects that the newest image runs, once there are so many. */
async function expectRunning(page: Page, images = 1): Promise<void> {
  await expect
    .poll(async () => (await imageTags(greeter())).length, {
      timeout: seconds(90),
    })
    .toBeGreaterThanOrEqual(images);
  await openFluxTab(page, greeter());
  await expectHeadline(page, 'Up to date', {
    running: version(await newestTag(greeter())),
    timeout: seconds(150),
  });
}

/** Commits another number of replicas, which nothing builds. */
export function scale(app: string, replicas: number | string): Promise<string> {
  return commit(app, `Run ${replicas} replicas`, clone =>
    clone.edit('deploy/app/deployment.yaml', text =>
      text.replace(/replicas: .*/, `replicas: ${replicas}`),
    ),
  );
}

export async function replicas(app: string): Promise<number> {
  return (await read('Deployment', app, app)).spec.replicas;
}

/** Waits until Flux has applied a commit to the application. */
export async function expectApplied(app: string, sha: string): Promise<void> {
  await expect
    .poll(
      async () =>
        (
          await read('Kustomization', app, app)
        ).status.lastAppliedRevision,
      { timeout: seconds(90) },
    )
    .toContain(sha);
}
