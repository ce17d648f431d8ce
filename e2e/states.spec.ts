import { expect, test } from '@playwright/test';
import { clusterCard, openFluxTab, signIn } from './support/backstage';

test.beforeEach(({ page }) => signIn(page));

/** What the seeded applications are there to show. */
const states: [app: string, cluster: string, ...says: (string | RegExp)[]][] = [
  ['orders', 'prod-eu', 'Up to date'],
  ['orders', 'prod-us', /can(’|no)t|lost|Stale/],
  ['payments', 'prod-eu', /Kustomization storage can’t apply/, 'replicas'],
  ['shipping', 'prod-eu', 'Update pending'],
  ['search', 'prod-eu', 'Suspended', 'index moves to new disks'],
  ['storefront', 'prod-eu', /Canary\d+ % of requests/],
  ['recommendations', 'prod-eu', 'Failing', /main-0000000-1/],
  ['loyalty', 'staging', 'Waiting for the first image'],
  ['inventory', 'prod-eu', 'Progressing'],
  ['reports', 'prod-eu', 'Failing', 'deploy/production'],
  ['labels', 'staging', 'Stalled'],
  ['invoices', 'prod-us', /Stale|can(’|no)t/],
];

for (const [app, cluster, ...says] of states) {
  test(`${app} on ${cluster} says ${says.join(', ')}`, async ({ page }) => {
    await openFluxTab(page, app);
    for (const text of says) {
      await expect(clusterCard(page, cluster)).toContainText(text, {
        // A canary is looked at once a minute, three times before it gets requests
        timeout: 170_000,
      });
    }
  });
}

test('suspend with a reason, and resume: who did it is said, and the cluster obeys', async ({
  page,
}) => {
  await openFluxTab(page, 'orders');
  const row = page
    .getByRole('row', { name: /^Kustomization orders, / })
    .first();
  await row.hover();
  await row.getByRole('button', { name: 'Suspend orders…' }).click();

  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Suspend' }).click();
  await expect(dialog).toContainText('Say why');
  await dialog.getByRole('textbox').fill('Stock-taking until noon');
  await dialog.getByRole('button', { name: 'Suspend' }).click();
  await expect(row).toContainText('Suspended');

  await row.getByText('orders').first().click();
  const drawer = page.getByRole('dialog');
  await expect(drawer).toContainText('Stock-taking until noon');
  await expect(drawer).toContainText('guest');
  await page.keyboard.press('Escape');

  await row.hover();
  await row.getByRole('button', { name: 'Resume orders' }).click();
  await expect(row).toContainText('Up to date', { timeout: 60_000 });
});
