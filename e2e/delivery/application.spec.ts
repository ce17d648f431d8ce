import { expect, Page, test } from '@playwright/test';
import { expectAnswer } from '../support/answer';
import {
  expectApplied,
  greeter,
  greeterForm,
  openRunningGreeter,
} from '../support/application';
import {
  clusterCard,
  createApplication,
  expectHeadline,
  openFluxTab,
  signIn,
  TASK_TIMEOUT,
  taskLink,
} from '../support/backstage';
import { keepRunnersBusy } from '../support/busyRunners';
import {
  Clone,
  commit,
  commits,
  conclusionOf,
  github,
  repoPath,
  workflowRuns,
} from '../support/github';
import { imageTags, newestTag, version } from '../support/images';
import { read } from '../support/kubernetes';
import { seconds } from '../support/world';

/** Waits until Flux has looked at the registry after a moment. */
async function expectScannedAfter(moment: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const { status } = await read('ImageRepository', greeter(), greeter());
        return Date.parse(status.lastScanResult.scanTime);
      },
      { timeout: seconds(90) },
    )
    .toBeGreaterThan(moment);
}

async function deployedImage(): Promise<string> {
  const { spec } = await read('Deployment', greeter(), greeter());
  return spec.template.spec.containers[0].image;
}

/** One application’s life, in order: each test goes on where the one before left it. */
test.describe('an application, directly enrolled', () => {
  let page: Page;
  /** The change that passes its tests. */
  let pushed: { at: number; sha: string };

  test.beforeAll(async ({ browser }) => {
    page = await browser.newPage();
    await signIn(page);
  });
  test.afterAll(() => page.close());

  test('is created, waits for its first image, and then runs it', async () => {
    const release = await keepRunnersBusy();
    const card = clusterCard(page);
    try {
      await createApplication(page, greeterForm());
      await taskLink(page, 'See it roll out').click({ timeout: TASK_TIMEOUT });

      await expect(card).toContainText('Waiting for the first image', {
        timeout: seconds(60),
      });
      expect(await imageTags(greeter())).toEqual([]);
      await expectAnswer(greeter(), 'waiting-for-first-image');
    } finally {
      await release();
    }
    await expect
      .poll(() => imageTags(greeter()), { timeout: seconds(90) })
      .toHaveLength(1);
    const [published] = await imageTags(greeter());
    await expectHeadline(page, 'Up to date', {
      running: version(published),
      // A registry that knew nothing of an image is asked again at growing intervals
      timeout: seconds(150),
    });
    await expectAnswer(greeter(), 'first-image-runs');
  });

  test('has a repository that can be cloned and passes its own tests', async () => {
    const clone = await Clone.of(greeter());
    try {
      expect(await clone.test()).toBe(0);
    } finally {
      await clone.remove();
    }
  });

  test('is in the catalog, owned by the group that was chosen', async () => {
    await page.goto(`/catalog/default/component/${greeter()}`);
    await expect(
      page.getByRole('heading', { name: greeter() }).first(),
    ).toBeVisible();
    await expect(page.getByText('team-checkout').first()).toBeVisible();
    await expect(
      page.getByText(greeterForm().description).first(),
    ).toBeVisible();
  });

  test('step 01, failing tests: no image is built and nothing changes', async () => {
    await openRunningGreeter(page);
    const tags = await imageTags(greeter());
    const runs = await workflowRuns(greeter());
    const image = await deployedImage();

    const sha = await commit(greeter(), 'Break a test', clone =>
      clone.write(
        'test/broken.test.ts',
        "import test from 'node:test';\nimport assert from 'node:assert/strict';\ntest('breaks', () => assert.equal(1, 2));\n",
      ),
    );
    await expect
      .poll(() => conclusionOf(greeter(), sha), { timeout: seconds(60) })
      .toBe('failure');

    // Flux has its chance to do something wrong: it applies the commit and looks at the registry
    await expectScannedAfter(Date.now());
    await expectApplied(greeter(), sha);
    expect(await imageTags(greeter())).toEqual(tags);
    expect(await workflowRuns(greeter())).toHaveLength(runs.length + 1);
    expect((await commits(greeter()))[0].sha).toBe(sha);
    expect(await deployedImage()).toBe(image);
    await expectHeadline(page, 'Up to date', {
      running: version(await newestTag(greeter())),
    });
    await expectAnswer(greeter(), 'failing-tests-change-nothing');
  });

  test('step 01, passing tests: an image of the commit is built', async () => {
    await openRunningGreeter(page);
    const before = await imageTags(greeter());
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));

    pushed = { at: Date.now(), sha: '' };
    pushed.sha = await commit(greeter(), 'Repair the test', clone =>
      clone.edit('test/broken.test.ts', text => text.replace('1, 2', '2, 2')),
    );
    await expect
      .poll(() => imageTags(greeter()), { timeout: seconds(60) })
      .toHaveLength(before.length + 1);
    expect(await newestTag(greeter())).toContain(pushed.sha.slice(0, 7));
    await expect
      .poll(() => conclusionOf(greeter(), pushed.sha), { timeout: seconds(60) })
      .toBe('success');
  });

  test('step 02: Flux commits the new tag and rolls it out, which the tab shows without a reload', async () => {
    const tag = await newestTag(greeter());
    expect(tag).toContain(pushed.sha.slice(0, 7));
    await expectHeadline(page, 'Up to date', { running: version(tag) });
    test.info().annotations.push({
      type: 'from push to rolled out',
      description: `${Math.round((Date.now() - pushed.at) / 1_000)} s`,
    });
    expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);

    const [byFlux] = await commits(greeter());
    expect(byFlux.commit.author.name).toBe('flux');
    expect(byFlux.commit.message).toContain(tag);
    expect(await deployedImage()).toMatch(new RegExp(`:${tag}$`));
    await expectAnswer(greeter(), 'change-rolled-out');
  });

  test('builds nothing for the commit that Flux made', async () => {
    const [byFlux] = await commits(greeter());
    expect(byFlux.commit.author.name).toBe('flux');
    // The push would have started a run at once; by now Flux has even fetched it
    await expectApplied(greeter(), byFlux.sha);
    expect(await conclusionOf(greeter(), byFlux.sha)).toBeUndefined();
    await expectAnswer(greeter(), 'change-rolled-out');
  });

  test('keeps what runs when an older workflow is run again', async () => {
    const image = await deployedImage();
    const tags = await imageTags(greeter());
    const head = (await commits(greeter()))[0].sha;
    const first = (await workflowRuns(greeter())).at(-1)!;
    expect(first).toMatchObject({ run_attempt: 1, conclusion: 'success' });
    expect(image).not.toContain(first.head_sha.slice(0, 7));

    await github(`${repoPath(greeter())}/actions/runs/${first.id}/rerun`, {
      method: 'POST',
    });
    await expect
      .poll(async () => (await workflowRuns(greeter())).at(-1), {
        timeout: seconds(60),
      })
      .toMatchObject({ run_attempt: 2, conclusion: 'success' });

    // It has pushed the older image once more: the newest push, yet not the newest commit
    await expectScannedAfter(Date.now());
    expect((await imageTags(greeter())).sort()).toEqual(tags.sort());
    const policy = await read('ImagePolicy', greeter(), greeter());
    expect(image).toMatch(new RegExp(`:${policy.status.latestRef.tag}$`));
    expect((await commits(greeter()))[0].sha).toBe(head);
    expect(await deployedImage()).toBe(image);
    await openFluxTab(page, greeter());
    await expectHeadline(page, 'Up to date', {
      running: version(await newestTag(greeter())),
    });
    await expectAnswer(greeter(), 'change-rolled-out');
  });
});
