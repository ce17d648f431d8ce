import { expect, test } from '@playwright/test';
import { expectAnswer } from '../support/answer';
import {
  expectApplied,
  greeter,
  openRunningGreeter,
  replicas,
  scale,
} from '../support/application';
import {
  backstage,
  clusterCard,
  expectHeadline,
  objectRow,
  reconcile,
  signIn,
} from '../support/backstage';
import { commit } from '../support/github';
import { patch, read } from '../support/kubernetes';
import { strangersKey } from '../support/strangersKey';
import { away, hasDoor, seconds } from '../support/world';

/** What goes wrong with an application that runs, and how it gets well again. */
test.beforeEach(async ({ page }) => {
  await signIn(page);
  await openRunningGreeter(page);
  // Who asked last is a part of the answers; so it is the same whichever scenario came before
  await reconcile(page, greeter());
  // What is on its way when a scenario stops it would stay on its way
  await expectAnswer(greeter(), 'settled');
});

test('a manifest that is broken: its cause is shown, and a repair heals it', async ({
  page,
}) => {
  const sha = await scale(greeter(), 'two');
  try {
    await expectHeadline(page, 'Failing');
    await expect(clusterCard(page)).toContainText('spec.replicas');
    await expect(clusterCard(page)).toContainText(sha.slice(0, 7));
    await expectAnswer(greeter(), 'broken-manifest');
  } finally {
    await scale(greeter(), 2);
  }
  await expectHeadline(page, 'Up to date');
  await expectAnswer(greeter(), 'settled');
});

test('a registry that is away: deploys go on, and the tab tells of it', async ({
  page,
}) => {
  test.skip(
    !hasDoor('registry'),
    'the registry of this world cannot be taken away',
  );
  await away('registry', async () => {
    await expect(clusterCard(page)).toContainText(/registry|nothing listens/, {
      timeout: seconds(120),
    });
    const sha = await scale(greeter(), 1);
    await expectApplied(greeter(), sha);
    expect(await replicas(greeter())).toBe(1);
    await expectAnswer(greeter(), 'registry-away');
  });
  await scale(greeter(), 2);
  await expectHeadline(page, 'Up to date', { timeout: seconds(150) });
  await expectAnswer(greeter(), 'settled');
});

test('suspended with a reason: a commit is held back, who did it is said, resuming applies it', async ({
  page,
}) => {
  const row = objectRow(page, 'Kustomization', greeter());
  await row.hover();
  await row.getByRole('button', { name: `Suspend ${greeter()}…` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Suspend' }).click();
  await expect(dialog).toContainText('Say why');
  await dialog.getByRole('textbox').fill('Stock-taking until noon');
  await dialog.getByRole('button', { name: 'Suspend' }).click();
  await expectHeadline(page, 'Suspended');

  const sha = await scale(greeter(), 3);
  await expect
    .poll(
      async () =>
        (
          await read('GitRepository', greeter(), greeter())
        ).status.artifact.revision,
      { timeout: seconds(90) },
    )
    .toContain(sha);
  await row.getByText(greeter()).first().click();
  const drawer = page.getByRole('dialog');
  await expect(drawer).toContainText('Stock-taking until noon');
  await expect(drawer).toContainText('guest');
  await page.keyboard.press('Escape');
  await expectAnswer(greeter(), 'suspended');
  expect(await replicas(greeter())).toBe(2);

  await row.hover();
  await row.getByRole('button', { name: `Resume ${greeter()}` }).click();
  await expectApplied(greeter(), sha);
  expect(await replicas(greeter())).toBe(3);
  await scale(greeter(), 2);
  await expect
    .poll(() => replicas(greeter()), { timeout: seconds(90) })
    .toBe(2);
  await expectAnswer(greeter(), 'settled');
});

test('a deploy key that opens nothing: its cause is shown, and the right one heals it', async ({
  page,
}) => {
  const secret = `${greeter()}-git`;
  const { data } = await read('Secret', greeter(), secret);
  await patch('Secret', greeter(), secret, { data: await strangersKey() });
  try {
    await reconcile(page, greeter());
    await expectHeadline(page, 'Failing');
    await expectAnswer(greeter(), 'wrong-deploy-key');
  } finally {
    await patch('Secret', greeter(), secret, { data });
  }
  await reconcile(page, greeter());
  await expectHeadline(page, 'Up to date');
  await expectAnswer(greeter(), 'settled');
});

test('an object for another namespace: the tenant’s ServiceAccount may not, and nothing is made there', async ({
  page,
}) => {
  const name = `${greeter()}-elsewhere`;
  await commit(greeter(), 'Reach into another namespace', async clone => {
    await clone.write(
      'deploy/images/elsewhere.yaml',
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: default\n`,
    );
    await clone.edit('deploy/images/kustomization.yaml', text =>
      text.replace('resources:\n', 'resources:\n  - elsewhere.yaml\n'),
    );
  });
  try {
    await expectHeadline(page, 'Failing');
    await expect(clusterCard(page)).toContainText(/may not|forbidden/i);
    await expectAnswer(greeter(), 'forbidden-namespace');
    expect(await read('ConfigMap', 'default', name)).toBeUndefined();
  } finally {
    await commit(greeter(), 'Stay at home', clone =>
      clone.edit('deploy/images/kustomization.yaml', text =>
        text.replace('  - elsewhere.yaml\n', ''),
      ),
    );
  }
  await expectHeadline(page, 'Up to date');
  await expectAnswer(greeter(), 'settled');
});

test('a cluster that goes away: what was known of it stays, and it comes back by itself', async ({
  page,
}) => {
  await away('cluster', async () => {
    await expectHeadline(page, 'Stale');
    await expect(clusterCard(page)).toContainText('Connection lost');
    await expect(objectRow(page, 'Deployment', greeter())).toBeVisible();
    await expectAnswer(greeter(), 'cluster-away');
    // Nothing else waits for it
    const asked = Date.now();
    await backstage(`/catalog/entities/by-name/component/default/${greeter()}`);
    await backstage('/flux/clusters');
    expect(Date.now() - asked).toBeLessThan(seconds(5));
  });
  await expectHeadline(page, 'Up to date');
  await expectAnswer(greeter(), 'settled');
});
