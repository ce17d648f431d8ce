import type { FluxEntityView } from '@backstage-flux/plugin-flux-common';
import { expect, Locator, Page, test } from '@playwright/test';
import { seconds, world } from './world';

export async function signIn(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Enter' }).click();
  await expect(
    page.getByRole('heading', { name: /Catalog/ }).first(),
  ).toBeVisible();
}

/** Asks Backstage's own HTTP API, as the guest. */
export async function backstage<T = any>(
  path: string,
  init: { method?: string; body?: object } = {},
): Promise<T> {
  const { baseURL } = test.info().project.use;
  const refresh = await fetch(`${baseURL}/api/auth/guest/refresh`, {
    method: 'POST',
  });
  const { backstageIdentity } = await refresh.json();
  const response = await fetch(`${baseURL}/api${path}`, {
    method: init.method ?? 'GET',
    headers: {
      authorization: `Bearer ${backstageIdentity.token}`,
      'content-type': 'application/json',
    },
    body: init.body && JSON.stringify(init.body),
  });
  if (!response.ok) {
    throw new Error(
      `${path} answered ${response.status}: ${await response.text()}`,
    );
  }
  return response.json();
}

/** What the Flux tab of a component shows. */
export function fluxView(component: string): Promise<FluxEntityView> {
  return backstage(`/flux/entities/default/component/${component}`);
}

export interface ApplicationForm {
  name: string;
  description: string;
  /** Left out: TypeScript. */
  stack?: 'Go' | 'Python';
  enrolment: 'direct' | 'fleet';
  updates?: 'commit' | 'pull-request';
  /** Left out: one. */
  environments?: 'staging-production';
  /** Left out: the fleet repository that the platform has for the cluster. */
  fleetRepo?: string;
  /** Left out: the world's cluster. */
  cluster?: string;
  /** Left out: the application's name. */
  namespace?: string;
}

/** Opens a template's form. Just after the start the catalog may still be reading it. */
export async function openForm(
  page: Page,
  template = 'flux-app',
): Promise<void> {
  await expect(async () => {
    await page.goto(`/create/templates/default/${template}`);
    await expect(page.getByLabel(/^Name/)).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 90_000 });
}

export async function fillFirstPage(
  page: Page,
  form: Pick<ApplicationForm, 'name' | 'description' | 'stack'>,
): Promise<void> {
  await page.getByLabel(/^Name/).fill(form.name);
  await page.getByLabel(/^Description/).fill(form.description);
  const ownerField = page.getByRole('textbox', { name: /^Owner/ });
  await ownerField.click();
  await ownerField.fill('team-checkout');
  await page.getByRole('option', { name: /team-checkout/ }).click();
  if (form.stack) {
    await page.getByLabel(form.stack, { exact: true }).check();
  }
  await page.getByRole('button', { name: 'Next' }).click();
}

/** Fills in the form and presses Create. */
export async function createApplication(
  page: Page,
  form: ApplicationForm,
): Promise<void> {
  await openForm(page);
  await fillFirstPage(page, form);
  await page.getByRole('button', { name: /Cluster/ }).click();
  await page
    .getByRole('option', { name: form.cluster ?? world().cluster, exact: true })
    .click();
  if (form.namespace) {
    await page
      .getByRole('textbox', { name: /^Namespace/ })
      .fill(form.namespace);
  }
  if (form.environments) {
    await page.getByLabel(/^Staging follows main; production by/).check();
  }
  await page
    .getByLabel(
      form.enrolment === 'direct'
        ? /^At once, applied to the cluster/
        : /^By a pull request in the fleet repository/,
    )
    .check();
  if (form.fleetRepo) {
    const field = page.getByRole('combobox', { name: /^Fleet repository/ });
    await field.fill(form.fleetRepo);
    // The list of suggestions covers the page until the field is left
    await field.press('Tab');
  }
  await page.getByRole('button', { name: 'Next' }).click();
  if (form.updates === 'pull-request') {
    await page.getByLabel(/^By pull request, somebody merges its tag/).check();
  }
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Create' }).click();
}

/** How long a task of the scaffolder may take on a busy machine; it takes some seconds on one that is not. */
export const TASK_TIMEOUT = seconds(120);

/** A link that a task shows when it is done. */
export const taskLink = (page: Page, name: string): Locator =>
  page.getByRole('link', { name });

/** What a cluster's card of the Flux tab says. */
export function clusterCard(page: Page, cluster = world().cluster): Locator {
  return page.getByRole('region', { name: cluster, exact: true });
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Expects what a cluster's card says first: its state, and what runs. The whole text of a card has the same
 * words for each stop of the way, so that a part of it would prove little.
 */
export async function expectHeadline(
  page: Page,
  state: string,
  options: { cluster?: string; running?: string; timeout?: number } = {},
): Promise<void> {
  const { cluster = world().cluster, running, timeout = seconds(90) } = options;
  const runs = running === undefined ? '' : `.*Running${running}(?!.*latest)`;
  await expect(clusterCard(page, cluster)).toContainText(
    new RegExp(`^${escaped(cluster)}${state}${runs}`),
    { timeout },
  );
}

export async function openFluxTab(page: Page, name: string): Promise<void> {
  await page.goto(`/catalog/default/component/${name}/flux`);
}

/**
 * Presses Reconcile on a component's tab, which asks Flux to look at the sources and then at what is made of
 * them. From then on the component says that it was asked, until Flux has answered.
 */
export async function reconcile(page: Page, component: string): Promise<void> {
  const before = await lastRequest(component);
  await page.getByRole('button', { name: 'Reconcile', exact: true }).click();
  await expect.poll(() => lastRequest(component)).not.toBe(before);
}

async function lastRequest(component: string): Promise<string | undefined> {
  const { clusters } = await fluxView(component);
  return clusters
    .flatMap(({ resources }) => resources.map(each => each.requestedAt ?? ''))
    .sort()
    .at(-1);
}

/** The row of one object below the cards. */
export function objectRow(page: Page, kind: string, name: string): Locator {
  return page
    .getByRole('row', { name: new RegExp(`^${kind} ${escaped(name)}, `) })
    .first();
}
