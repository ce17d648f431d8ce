import { expect, test } from '@playwright/test';
import { expectAnswer } from '../support/answer';
import {
  createApplication,
  expectHeadline,
  openFluxTab,
  signIn,
  TASK_TIMEOUT,
  taskLink,
} from '../support/backstage';
import { setUpFleet } from '../support/fleet';
import { commit, github, repoPath, workflowRuns } from '../support/github';
import { imageTags, newestTag, version } from '../support/images';
import { deployedImage, read } from '../support/kubernetes';
import { mergeRequest, openRequest } from '../support/requests';
import { named, seconds } from '../support/world';

const app = () => named('courier');
const fleet = () => named('fleet');

/** An application for which people decide twice: that it is deployed, and which version of it. */
test.describe
  .serial('an application, enrolled and updated by pull request', () => {
  test.beforeEach(({ page }) => signIn(page));

  test('is not on the cluster before the fleet’s owner merges the request', async ({
    page,
  }) => {
    await setUpFleet(fleet());
    await createApplication(page, {
      name: app(),
      description: 'Enrolled by pull request',
      enrolment: 'fleet',
      updates: 'pull-request',
      fleetRepo: fleet(),
    });
    const link = taskLink(page, 'Pull request in the fleet repository');
    const request = await link.getAttribute('href', { timeout: TASK_TIMEOUT });
    const number = Number(request!.split('/').pop());
    expect(
      await github(`${repoPath(fleet())}/contents/apps/${app()}`),
    ).toBeUndefined();
    expect(await read('Kustomization', app(), app())).toBeUndefined();
    await expectAnswer(app(), 'not-enrolled');

    await mergeRequest(page, fleet(), number);
    await expect
      .poll(() => read('Kustomization', app(), app()), { timeout: seconds(60) })
      .toBeDefined();
  });

  test('runs its first image once the request for it is merged', async ({
    page,
  }) => {
    const number = await openRequest(app());
    await openFluxTab(page, app());
    await expectHeadline(page, 'Waiting for the first image');
    await expectAnswer(app(), 'first-image-requested');

    await mergeRequest(page, app(), number);
    await openFluxTab(page, app());
    await expectHeadline(page, 'Up to date', {
      running: version(await newestTag(app())),
      timeout: seconds(150),
    });
    await expectAnswer(app(), 'first-image-merged');
  });

  test('keeps what runs until the request for a newer image is merged', async ({
    page,
  }) => {
    const image = await deployedImage(app(), app());
    const sha = await commit(app(), 'Say it differently', clone =>
      clone.edit('README.md', text => `${text}\nChanged.\n`),
    );
    const number = await openRequest(app());
    await expect
      .poll(() => imageTags(app()), { timeout: seconds(60) })
      .toHaveLength(2);
    const newer = await newestTag(app());
    expect(newer).toContain(sha.slice(0, 7));

    await openFluxTab(page, app());
    await expectHeadline(page, 'Update pending');
    await expectAnswer(app(), 'update-requested');
    expect(await deployedImage(app(), app())).toBe(image);

    await mergeRequest(page, app(), number);
    await openFluxTab(page, app());
    await expectHeadline(page, 'Up to date', { running: version(newer) });
    expect(await deployedImage(app(), app())).toMatch(new RegExp(`:${newer}$`));
    await expectAnswer(app(), 'update-merged');
    // Neither the branch that Flux pushed nor the merge of it has built anything
    const builds = (await workflowRuns(app())).filter(
      ({ name }) => name === 'ci',
    );
    expect(builds).toHaveLength(2);
  });
});
