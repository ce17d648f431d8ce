import { expect, test } from '@playwright/test';
import {
  createApplication,
  expectHeadline,
  openFluxTab,
  signIn,
  TASK_TIMEOUT,
  taskLink,
} from '../support/backstage';
import { commit } from '../support/github';
import { newestTag, version } from '../support/images';
import { deployedImage } from '../support/kubernetes';
import { mergeRequest, openRequest } from '../support/requests';
import { named, seconds } from '../support/world';

const app = () => named('porter');
const staging = () => `${app()}-staging`;
const production = () => `${app()}-production`;

/** An application that people promote from staging to production. */
test.describe.serial('an application with staging and production', () => {
  test.beforeEach(({ page }) => signIn(page));

  test('runs its first image on staging, and nothing in production', async ({
    page,
  }) => {
    await createApplication(page, {
      name: app(),
      description: 'Goes to staging first',
      enrolment: 'direct',
      environments: 'staging-production',
    });
    await expect(taskLink(page, 'See it roll out')).toBeVisible({
      timeout: TASK_TIMEOUT,
    });
    await expect
      .poll(() => deployedImage(staging(), app()), { timeout: seconds(120) })
      .toBeDefined();
    expect(await deployedImage(staging(), app())).toMatch(
      new RegExp(`:${await newestTag(app())}$`),
    );
    expect(await deployedImage(production(), app())).toBeUndefined();
  });

  test('runs in production what staging runs, once the promotion is merged', async ({
    page,
  }) => {
    const promoted = await deployedImage(staging(), app());
    const number = await openRequest(app());
    await mergeRequest(page, app(), number);
    await expect
      .poll(() => deployedImage(production(), app()), { timeout: seconds(90) })
      .toBe(promoted);
    await openFluxTab(page, app());
    await expectHeadline(page, 'Up to date', {
      running: version(await newestTag(app())),
    });
  });

  test('keeps what production runs while staging has a newer image', async ({
    page,
  }) => {
    const before = await deployedImage(production(), app());
    const sha = await commit(app(), 'Say it differently', clone =>
      clone.edit('README.md', text => `${text}\nChanged.\n`),
    );
    await expect
      .poll(() => deployedImage(staging(), app()), { timeout: seconds(120) })
      .toContain(sha.slice(0, 7));
    const number = await openRequest(app());
    expect(await deployedImage(production(), app())).toBe(before);

    await mergeRequest(page, app(), number);
    await expect
      .poll(() => deployedImage(production(), app()), { timeout: seconds(90) })
      .toContain(sha.slice(0, 7));
  });
});
