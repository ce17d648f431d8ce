// `yarn screenshots [URL]`: the pictures in docs/images, taken from a running sandbox.
import { mkdirSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { findChromium } from './chromium.mjs';

const base = process.argv[2] ?? 'http://localhost:3000';
const folder = 'docs/images';
const tab = app => `/catalog/default/component/${app}/flux`;

/** What is shown, and the text by which it is known to be there. */
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
  ['form', '/create/templates/default/flux-app', 'Your application'],
];

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ['--no-sandbox', '--disable-background-networking'],
});
for (const theme of ['light', 'dark']) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
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
  for (const [name, path, text] of pictures) {
    await page.goto(`${base}${path}`);
    await page.getByText(text).first().waitFor({ timeout: 120_000 });
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
