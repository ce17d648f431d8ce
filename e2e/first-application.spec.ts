import { expect, Page, test } from '@playwright/test';
import {
  clusterCard,
  createApplication,
  expectHeadline,
  openFluxTab,
  signIn,
} from './support/backstage';
import { kubernetes } from './support/cluster';
import { keepRunnersBusy } from './support/busyRunners';
import {
  Clone,
  github,
  imageTags,
  owner,
  workflowRuns,
} from './support/github';

const app = 'greeter';
const anyVersion = /main-[a-f0-9]{7}/;

/** How the tab writes a tag: without the time at its end. */
const version = (tag: string) => tag.replace(/-\d+$/, '');

/** The tag that Flux's policy selects: the one with the latest commit time. */
const newest = (tags: string[]) =>
  [...tags].sort(
    (a, b) => Number(b.split('-')[2]) - Number(a.split('-')[2]),
  )[0];

/** One application's life, in order: each test goes on where the one before ended. */
test.describe.serial('an application, directly enrolled', () => {
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    page = await browser.newPage();
    await signIn(page);
  });
  test.afterAll(() => page.close());

  test('is created, waits for its first image, and then runs it', async () => {
    const release = await keepRunnersBusy();
    const card = clusterCard(page, 'staging');
    try {
      await createApplication(page, {
        name: app,
        description: 'Says “hello”: politely',
        cluster: 'staging',
        enrolment: 'direct',
      });
      await page
        .getByRole('link', { name: 'See it roll out' })
        .click({ timeout: 60_000 });

      await expect(card).toContainText('Waiting for the first image', {
        timeout: 60_000,
      });
      expect(await imageTags(app)).toEqual([]);
    } finally {
      await release();
    }
    await expect(card).toContainText(anyVersion, { timeout: 90_000 });
    const [published] = await imageTags(app);
    await expectHeadline(page, 'staging', 'Up to date', {
      running: version(published),
    });
  });

  test('has a repository that can be cloned and passes its own tests', async () => {
    const clone = await Clone.of(app);
    try {
      expect(await clone.test()).toBe(0);
    } finally {
      await clone.remove();
    }
  });

  test('is in the catalog, owned by the group that was chosen', async () => {
    await page.goto(`/catalog/default/component/${app}`);
    await expect(
      page.getByRole('heading', { name: app }).first(),
    ).toBeVisible();
    await expect(page.getByText('team-checkout').first()).toBeVisible();
    await expect(
      page.getByText('Says “hello”: politely').first(),
    ).toBeVisible();
  });

  test('rolls out a passing change without a reload', async () => {
    await openFluxTab(page, app);
    const before = (await imageTags(app))[0];
    await expectHeadline(page, 'staging', 'Up to date', {
      running: version(before),
    });
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));

    const clone = await Clone.of(app);
    await clone.edit('README.md', text => `${text}\nChanged.\n`);
    const commit = await clone.push('Say it differently');
    await clone.remove();

    await expect
      .poll(async () => (await imageTags(app)).length, { timeout: 60_000 })
      .toBe(2);
    const after = (await imageTags(app)).find(t => t !== before)!;
    expect(after).toContain(commit.slice(0, 7));
    await expectHeadline(page, 'staging', 'Up to date', {
      running: version(after),
    });
    expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);

    const commits = await github(`/repos/${owner}/${app}/commits?sha=main`);
    expect(commits![0].commit.author.name).toBe('flux');
    expect(commits![0].commit.message).toContain(after);
  });

  test('stays as it is when a change breaks a test', async () => {
    const tags = await imageTags(app);
    const running = newest(tags);
    const runsBefore = await workflowRuns(app);

    const clone = await Clone.of(app);
    await clone.write(
      'test/broken.test.ts',
      "import test from 'node:test';\nimport assert from 'node:assert/strict';\ntest('breaks', () => assert.equal(1, 2));\n",
    );
    const commit = await clone.push('Break a test');
    await clone.remove();

    await expect
      .poll(
        async () =>
          (await workflowRuns(app)).find(run => run.head_sha === commit)
            ?.conclusion,
        { timeout: 60_000 },
      )
      .toBe('failure');
    // Flux had its chance to do something wrong: it has applied the commit and looked at the registry since
    const ended = Date.now();
    const read = (path: string) =>
      kubernetes('staging', `/apis/${path}/${app}`);
    await expect
      .poll(
        async () =>
          (
            await read(
              `kustomize.toolkit.fluxcd.io/v1/namespaces/${app}/kustomizations`,
            )
          ).status.lastAppliedRevision,
        { timeout: 60_000 },
      )
      .toContain(commit);
    await expect
      .poll(
        async () =>
          Date.parse(
            (
              await read(
                `image.toolkit.fluxcd.io/v1/namespaces/${app}/imagerepositories`,
              )
            ).status.lastScanResult.scanTime,
          ),
        { timeout: 60_000 },
      )
      .toBeGreaterThan(ended);

    expect(await imageTags(app)).toEqual(tags);
    expect(await workflowRuns(app)).toHaveLength(runsBefore.length + 1);
    const commits = await github(`/repos/${owner}/${app}/commits?sha=main`);
    expect(commits![0].sha).toBe(commit);
    await expectHeadline(page, 'staging', 'Up to date', {
      running: version(running),
    });
  });
});
