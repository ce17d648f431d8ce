// `yarn screenshots [URL [NAME...]]`: the pictures in docs/images, taken from a running sandbox; all of them, or
// those that are named.
import { mkdirSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { findChromium } from './chromium.mjs';

const [base = 'http://localhost:3000', ...wanted] = process.argv.slice(2);
const folder = 'docs/images';
const tab = app => `/catalog/default/component/${app}/flux`;

const next = page => page.getByRole('button', { name: 'Next' }).click();

async function fillApplication(page) {
  await page.getByLabel(/^Name/).fill('greeter');
  await page.getByRole('textbox', { name: /^Owner/ }).fill('team-checkout');
  await page.getByRole('option', { name: /team-checkout/ }).click();
  await next(page);
}

async function chooseCluster(page) {
  await fillApplication(page);
  await page.getByRole('button', { name: /Cluster/ }).click();
  await page.getByRole('option', { name: 'prod-eu', exact: true }).click();
  await page.getByText('greeter is free on prod-eu.').waitFor();
}

async function fillDelivery(page) {
  await chooseCluster(page);
  await next(page);
}

async function fillFleet(page) {
  await page.getByLabel(/^Name/).fill('prod-us');
  await page.getByRole('textbox', { name: /^Owner/ }).fill('team-platform');
  await page.getByRole('option', { name: /team-platform/ }).click();
  await next(page);
}

const application = '/create/templates/default/flux-app';
const fleet = '/create/templates/default/gke-fleet';

const width = 1280;
const height = 900;
/** So that a page of the form is on one picture. */
const tall = 1600;

/**
 * What is shown, the text by which it is known to be there, what is done before the picture is taken, and how
 * high that is.
 */
const pictures = [
  ['tab-up-to-date', tab('orders'), 'Up to date'],
  ['tab-failing', tab('payments'), 'can’t apply'],
  ['tab-update-pending', tab('shipping'), 'Update pending'],
  ['tab-suspended', tab('search'), 'Suspended'],
  ['tab-canary', tab('storefront'), /% of requests/],
  ['tab-image-missing', tab('recommendations'), 'cannot be pulled'],
  ['tab-waiting', tab('loyalty'), 'Waiting for the first image'],
  ['tab-progressing', tab('inventory'), 'Progressing'],
  ['tab-wrong-path', tab('reports'), 'does not exist'],
  ['tab-stalled', tab('labels'), 'Stalled'],
  ['tab-cluster-down', tab('invoices'), 'nothing listens'],
  ['tab-empty', tab('plugin-flux'), 'Nothing deploys'],
  ['overview', '/catalog/default/component/payments', 'can’t apply'],
  ['form', application, 'Your application'],
  ['form-lives', application, 'Your application', chooseCluster, tall],
  ['form-delivered', application, 'Your application', fillDelivery, tall],
  ['form-fleet', fleet, 'The cluster and its repository', fillFleet, tall],
  [
    'docs-site',
    '/docs/default/system/backstage-flux',
    'A team pushes code',
    page => page.getByPlaceholder('Search docs').waitFor(),
  ],
];

const names = pictures.map(([name]) => name);
const unknown = wanted.filter(name => !names.includes(name));
if (unknown.length) {
  console.error(
    `screenshots: no picture ${unknown.join(', ')}; there are ${names.join(
      ', ',
    )}`,
  );
  process.exit(2);
}

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ['--no-sandbox', '--disable-background-networking'],
});
for (const theme of ['light', 'dark']) {
  const context = await browser.newContext({
    viewport: { width, height },
    reducedMotion: 'reduce',
  });
  await context.addInitScript(
    name => localStorage.setItem('theme', name),
    theme,
  );
  const page = await context.newPage();
  await page.goto(base);
  await page.getByRole('button', { name: 'Enter' }).click();
  await page
    .getByRole('heading', { name: /Catalog/ })
    .first()
    .waitFor();
  for (const [name, path, text, act, needed = height] of pictures) {
    if (wanted.length && !wanted.includes(name)) {
      continue;
    }
    await page.setViewportSize({ width, height: needed });
    await page.goto(`${base}${path}`);
    await page.getByText(text).first().waitFor({ timeout: 120_000 });
    await act?.(page);
    // Fonts, and the cards that load after the text
    await page
      .waitForLoadState('networkidle', { timeout: 5_000 })
      .catch(() => {});
    await page.screenshot({ path: `${folder}/${name}-${theme}.png` });
    console.log(`${folder}/${name}-${theme}.png`);
  }
  await context.close();
}
await browser.close();
