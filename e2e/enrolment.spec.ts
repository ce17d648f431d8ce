import { expect, test } from '@playwright/test';
import {
  createApplication,
  expectHeadline,
  fillFirstPage,
  openFluxTab,
  openForm,
  signIn,
} from './support/backstage';
import { github, owner } from './support/github';

test.beforeEach(({ page }) => signIn(page));

test('by pull request: runs once the fleet’s owner has merged it', async ({
  page,
}) => {
  const app = 'by-request';
  await createApplication(page, {
    name: app,
    description: 'Enrolled by pull request',
    cluster: 'prod-eu',
    enrolment: 'fleet',
  });
  const link = page.getByRole('link', {
    name: 'Pull request in the fleet repository',
  });
  const request = await link.getAttribute('href', { timeout: 60_000 });
  expect(
    await github(`/repos/${owner}/fleet-prod-eu/contents/apps/${app}`),
  ).toBe(undefined);

  await page.goto(request!);
  await expect(page.getByText('This is not GitHub').first()).toBeVisible();
  await page.getByRole('button', { name: 'Merge pull request' }).click();

  await openFluxTab(page, app);
  await expectHeadline(page, 'prod-eu', 'Up to date', {
    running: 'main-[a-f0-9]{7}',
    timeout: 150_000,
  });
});

test('a name that cannot be: the error is beside the field, and there is no way on', async ({
  page,
}) => {
  for (const name of ['My App', '../etc', 'a"; rm -rf /', 'x'.repeat(41)]) {
    await openForm(page);
    await fillFirstPage(page, { name, description: 'Fine' });
    await expect(page.getByLabel(/^Name/)).toBeVisible();
    await expect(
      page.getByText(/lower-case|at most 40|match/i).first(),
    ).toBeVisible();
    await expect(page.getByRole('button', { name: 'Review' })).toBeHidden();
  }
});

test('a name that is taken: a clear error, and nothing half-created', async ({
  page,
}) => {
  const pulls = () => github(`/repos/${owner}/fleet-prod-eu/pulls?state=all`);
  const keys = () => github(`/repos/${owner}/orders/keys`);
  const commits = () => github(`/repos/${owner}/orders/commits?sha=main`);
  const before = [await pulls(), await keys(), (await commits())![0].sha];

  await createApplication(page, {
    name: 'orders',
    description: 'There is one already',
    cluster: 'prod-eu',
    enrolment: 'fleet',
  });

  await expect(
    page.getByText(/orders.*(exists|taken|in use)/i).first(),
  ).toBeVisible({
    timeout: 60_000,
  });
  expect([await pulls(), await keys(), (await commits())![0].sha]).toEqual(
    before,
  );
});
