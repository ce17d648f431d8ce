import { expect, test } from '@playwright/test';
import {
  clusterCard,
  expectHeadline,
  openFluxTab,
  signIn,
} from '../support/backstage';

test.beforeEach(({ page }) => signIn(page));

/** What the seeded applications are there to show: the headline, and what else the card says. */
const states: [
  app: string,
  cluster: string,
  headline: string,
  ...says: (string | RegExp)[],
][] = [
  ['orders', 'prod-eu', 'Up to date'],
  ['orders', 'prod-us', 'Stale', 'nothing listens at its address'],
  [
    'payments',
    'prod-eu',
    'Failing',
    'Kustomization storage can’t apply',
    'payments needs Kustomization databases, which needs Kustomization storage',
  ],
  ['shipping', 'prod-eu', 'Update pending', 'merge the pull request'],
  ['search', 'prod-eu', 'Suspended', 'index moves to new disks'],
  ['storefront', 'prod-eu', 'Progressing', /Canary\d+ % of requests/],
  ['recommendations', 'prod-eu', 'Failing', 'main-0000000-1 cannot be pulled'],
  ['loyalty', 'staging', 'Waiting for the first image'],
  ['inventory', 'prod-eu', 'Progressing'],
  ['reports', 'prod-eu', 'Failing', 'the path ./deploy/production'],
  ['labels', 'staging', 'Stalled', '.Updated'],
  ['invoices', 'prod-us', 'Stale', 'nothing listens at its address'],
];

for (const [app, cluster, headline, ...says] of states) {
  test(`${app} on ${cluster} says ${[headline, ...says].join(', ')}`, async ({
    page,
  }) => {
    await openFluxTab(page, app);
    for (const text of says) {
      await expect(clusterCard(page, cluster)).toContainText(text, {
        // A canary is looked at once a minute, three times before it gets requests
        timeout: 170_000,
      });
    }
    await expectHeadline(page, headline, { cluster });
  });
}
