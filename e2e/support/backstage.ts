import { expect, Locator, Page } from '@playwright/test';

export async function signIn(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Enter' }).click();
  await expect(
    page.getByRole('heading', { name: /Catalog/ }).first(),
  ).toBeVisible();
}

export interface ApplicationForm {
  name: string;
  description: string;
  cluster: string;
  enrolment: 'direct' | 'fleet';
}

/** Opens the template's form. Just after the start the catalog may still be reading it. */
export async function openForm(page: Page): Promise<void> {
  await expect(async () => {
    await page.goto('/create/templates/default/flux-app');
    await expect(page.getByLabel(/^Name/)).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 90_000 });
}

export async function fillFirstPage(
  page: Page,
  form: Pick<ApplicationForm, 'name' | 'description'>,
): Promise<void> {
  await page.getByLabel(/^Name/).fill(form.name);
  await page.getByLabel(/^Description/).fill(form.description);
  const ownerField = page.getByRole('textbox', { name: /^Owner/ });
  await ownerField.click();
  await ownerField.fill('team-checkout');
  await page.getByRole('option', { name: /team-checkout/ }).click();
  await page.getByRole('button', { name: 'Next' }).click();
}

/** Fills in the form and presses Create. */
export async function createApplication(
  page: Page,
  form: ApplicationForm,
): Promise<void> {
  await openForm(page);
  await fillFirstPage(page, form);
  await chooseCluster(page, form.cluster);
  await page
    .getByLabel(
      form.enrolment === 'direct'
        ? /^At once, applied to the cluster/
        : /^By a pull request in the fleet repository/,
    )
    .check();
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Create' }).click();
}

async function chooseCluster(page: Page, cluster: string): Promise<void> {
  await page.getByRole('button', { name: /Cluster/ }).click();
  await page.getByRole('option', { name: new RegExp(cluster) }).click();
}

/** What a cluster's card of the Flux tab says. */
export function clusterCard(page: Page, cluster: string): Locator {
  return page.getByRole('region', { name: cluster, exact: true });
}

/**
 * Expects what a cluster's card says first: its state, and what runs. The whole text of a card has the same
 * words for each stop of the way, so that a part of it would prove little.
 */
export async function expectHeadline(
  page: Page,
  cluster: string,
  state: string,
  options: { running?: string; timeout?: number } = {},
): Promise<void> {
  const { running, timeout = 90_000 } = options;
  const version =
    running === undefined ? '' : `.*Running${running}(?!.*latest)`;
  await expect(clusterCard(page, cluster)).toContainText(
    new RegExp(`^${cluster}${state}${version}`),
    { timeout },
  );
}

export async function openFluxTab(page: Page, name: string): Promise<void> {
  await page.goto(`/catalog/default/component/${name}/flux`);
}
