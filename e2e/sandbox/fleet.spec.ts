import { expect, Page, test } from '@playwright/test';
import {
  backstage,
  openForm,
  signIn,
  TASK_TIMEOUT,
  taskLink,
} from '../support/backstage';
import { Clone, github, repoPath } from '../support/github';
import { named, seconds } from '../support/world';

const cluster = () => named('moon');
const repository = () => `fleet-${cluster()}`;

async function fillIn(page: Page): Promise<void> {
  await openForm(page, 'gke-fleet');
  await page.getByLabel(/^Name/).fill(cluster());
  await page.getByLabel(/^Description/).fill('Runs what is on the moon');
  const owner = page.getByRole('textbox', { name: /^Owner/ });
  await owner.click();
  await owner.fill('team-platform');
  await page.getByRole('option', { name: /team-platform/ }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel(/^Google Cloud project/).fill('acme-production');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel(/^Domain/).fill('apps.example.com');
  await page.getByLabel(/^E-mail address/).fill('platform@example.com');
  await page.getByRole('button', { name: 'Review' }).click();
}

test.describe.serial('a fleet repository of a GKE cluster', () => {
  test.beforeEach(({ page }) => signIn(page));

  test('is created with what the form says, and its cluster is in the catalog', async ({
    page,
  }) => {
    await fillIn(page);
    await page.getByRole('button', { name: 'Create' }).click();
    await expect(taskLink(page, 'What Flux does on it')).toBeVisible({
      timeout: TASK_TIMEOUT,
    });
    await expect(
      page.getByText(/About \d+\.\d\d US dollars a month/),
    ).toBeVisible();

    const clone = await Clone.of(repository());
    try {
      const files = (await clone.git('ls-files')).split('\n');
      expect(files).toContain(`clusters/${cluster()}/infrastructure.yaml`);
      expect(files).toContain('docs/cost.md');
      const modes = await clone.git('ls-files', '--stage', 'scripts');
      expect(modes).toMatch(/^100755 .*scripts\/setup-cluster\.sh$/m);
    } finally {
      await clone.remove();
    }
    const entity = await backstage(
      `/catalog/entities/by-name/resource/default/${cluster()}`,
    );
    expect(entity.spec).toMatchObject({
      type: 'kubernetes-cluster',
      owner: 'group:default/team-platform',
    });
  });

  test('says on its Flux tab that Backstage does not know the cluster yet', async ({
    page,
  }) => {
    await page.goto(`/catalog/default/resource/${cluster()}/flux`);
    await expect(
      page.getByText(`names the cluster ${cluster()}, which is not configured`),
    ).toBeVisible({ timeout: seconds(30) });
  });

  test('is refused when it is there already, and nothing is touched', async ({
    page,
  }) => {
    const before = await github(`${repoPath(repository())}/commits`);
    await fillIn(page);
    await page.getByRole('button', { name: 'Create' }).click();
    await expect(page.getByText(/already/).first()).toBeVisible({
      timeout: seconds(60),
    });
    expect(await github(`${repoPath(repository())}/commits`)).toEqual(before);
  });
});
