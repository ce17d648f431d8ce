import { expect, Page, test } from '@playwright/test';
import { stringify } from 'yaml';
import {
  backstage,
  expectHeadline,
  openFluxTab,
  signIn,
  TASK_TIMEOUT,
  taskLink,
} from '../support/backstage';
import { setUpFleet } from '../support/fleet';
import {
  commit,
  commits,
  createRepository,
  github,
  repoPath,
} from '../support/github';
import { read } from '../support/kubernetes';
import { mergeRequest } from '../support/requests';
import { named, seconds, world } from '../support/world';

const app = () => named('clerk');
const fleet = () => named('clerks-fleet');

/** Somebody's repository with manifests, as it may have been for years. */
async function setUpRepository(): Promise<void> {
  const { url, owner } = world().github;
  await createRepository(app());
  await commit(app(), 'Have a greeting', async clone => {
    await clone.write(
      'catalog-info.yaml',
      stringify({
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: {
          name: app(),
          annotations: {
            'github.com/project-slug': `${owner}/${app()}`,
            'fluxcd.io/resources': `kustomization:${app()}/${app()}`,
          },
        },
        spec: {
          type: 'service',
          lifecycle: 'production',
          owner: 'group:default/team-checkout',
        },
      }),
    );
    await clone.write(
      'deploy/greeting.yaml',
      stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'greeting' },
        data: { text: 'Hello' },
      }),
    );
  });
  await backstage('/catalog/locations', {
    method: 'POST',
    body: {
      type: 'url',
      target: `${url}/${owner}/${app()}/blob/main/catalog-info.yaml`,
    },
  });
  await expect
    .poll(() => backstage(`/catalog/entities?filter=metadata.name=${app()}`), {
      timeout: seconds(60),
    })
    .toHaveLength(1);
}

async function enrol(page: Page): Promise<void> {
  await page.goto('/create/templates/default/flux-enrol');
  const component = page.getByRole('textbox', { name: /^Component/ });
  await expect(async () => {
    // Where it is the only one, it is chosen already
    if (await component.isEnabled()) {
      await component.fill(app());
      await page
        .getByRole('option', { name: new RegExp(app()) })
        .click({ timeout: 5_000 });
    }
    await expect(component).toHaveValue(new RegExp(app()), { timeout: 1_000 });
  }).toPass({ timeout: seconds(60) });
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: /Cluster/ }).click();
  await page
    .getByRole('option', { name: world().cluster, exact: true })
    .click();
  await page.getByLabel(/^Name in the cluster/).fill(app());
  const field = page.getByRole('combobox', { name: /^Fleet repository/ });
  await field.fill(`${world().github.owner}/${fleet()}`);
  await field.press('Tab');
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Create' }).click();
}

const greeting = async () =>
  (await read('ConfigMap', app(), 'greeting'))?.data.text;

test.describe.serial('a repository that is put under Flux', () => {
  test.beforeEach(({ page }) => signIn(page));

  test('is as it was, and a request in the fleet repository asks for it', async ({
    page,
  }) => {
    await setUpFleet(fleet());
    await setUpRepository();
    const before = await commits(app());
    await enrol(page);
    const link = taskLink(page, 'Pull request in the fleet repository');
    const request = await link.getAttribute('href', { timeout: TASK_TIMEOUT });

    expect(await commits(app())).toEqual(before);
    expect(await github(`${repoPath(app())}/branches`)).toHaveLength(1);
    expect(await github(`${repoPath(app())}/pulls?state=all`)).toEqual([]);
    expect(await greeting()).toBeUndefined();

    await mergeRequest(page, fleet(), Number(request!.split('/').pop()));
    await expect.poll(greeting, { timeout: seconds(90) }).toBe('Hello');
    await openFluxTab(page, app());
    await expectHeadline(page, 'Up to date');
  });

  test('is followed by Flux from then on', async () => {
    await commit(app(), 'Greet otherwise', clone =>
      clone.edit('deploy/greeting.yaml', text =>
        text.replace('Hello', 'Good day'),
      ),
    );
    await expect.poll(greeting, { timeout: seconds(90) }).toBe('Good day');
  });
});
