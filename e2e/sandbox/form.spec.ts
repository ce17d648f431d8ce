import { expect, test } from '@playwright/test';
import {
  createApplication,
  fillFirstPage,
  openForm,
  signIn,
} from '../support/backstage';
import { commits, github, repoPath } from '../support/github';

test.beforeEach(({ page }) => signIn(page));

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

test('a namespace that is taken: the form says so, and goes on with another', async ({
  page,
}) => {
  await openForm(page);
  await fillFirstPage(page, { name: 'orders', description: 'Fine' });
  await page.getByRole('button', { name: /Cluster/ }).click();
  await page.getByRole('option', { name: 'prod-eu', exact: true }).click();
  await expect(
    page.getByText('orders is taken on prod-eu; choose another name.'),
  ).toBeVisible();
  const next = page.getByRole('button', { name: 'Next' });
  await next.click();
  await expect(page.getByText(/'Namespace' orders is taken/)).toBeVisible();
  await page.getByRole('textbox', { name: /^Namespace/ }).fill('orders-too');
  await expect(page.getByText('orders-too is free on prod-eu.')).toBeVisible();
  await next.click();
  await expect(page.getByRole('button', { name: 'Review' })).toBeVisible();
});

test('a name that is taken: a clear error, and nothing half-created', async ({
  page,
}) => {
  const pulls = () => github(`${repoPath('fleet-prod-eu')}/pulls?state=all`);
  const keys = () => github(`${repoPath('orders')}/keys`);
  const before = [
    await pulls(),
    await keys(),
    (await commits('orders'))[0].sha,
  ];

  await createApplication(page, {
    name: 'orders',
    description: 'There is one already',
    cluster: 'prod-eu',
    // With that of the same name, the form would not go on
    namespace: 'orders-too',
    enrolment: 'fleet',
  });

  await expect(
    page.getByText(/Name: acme\/orders exists on/).first(),
  ).toBeVisible({
    timeout: 60_000,
  });
  expect([
    await pulls(),
    await keys(),
    (await commits('orders'))[0].sha,
  ]).toEqual(before);
});

test('the field of the cluster says which Flux runs there, and what can’t be reached', async ({
  page,
}) => {
  await openForm(page);
  await fillFirstPage(page, { name: 'greeter', description: 'Greets' });
  await page.getByRole('button', { name: /Cluster/ }).click();
  const option = (name: string) =>
    page.getByRole('option', { name, exact: true });
  await expect(option('prod-eu')).toContainText(
    'Flux v2.9.5 · image automation',
  );
  await expect(option('prod-us')).toContainText(
    /Can’t be reached .*: nothing listens at its address/,
  );
  await expect(option('prod-us')).toBeDisabled();
});
