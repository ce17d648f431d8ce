import { defineConfig } from '@playwright/test';

const patience = Number(process.env.E2E_PATIENCE || 1);
const world = process.env.E2E_WORLD || 'sandbox';
const inSandbox = world === 'sandbox';

/**
 * The browser tests drive the built app, served by the backend in the world that E2E_WORLD names. What is in
 * `delivery` runs in every world, what is in `sandbox` needs the examples that the sandbox brings along, what
 * is in `cluster` changes the whole test cluster.
 */
export default defineConfig({
  testDir: 'e2e',
  timeout: 300_000 * patience,
  expect: { timeout: 30_000 * patience },
  // One backend and one cluster stand behind all tests
  workers: 1,
  forbidOnly: !!process.env.CI,
  reporter: [
    ['list'],
    [
      'json',
      {
        outputFile:
          process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ??
          'node_modules/.cache/playwright.json',
      },
    ],
  ],
  outputDir: 'node_modules/.cache/e2e',
  // The same answers for every world and platform
  snapshotPathTemplate: 'e2e/answers/{arg}{ext}',
  projects: [
    { name: 'delivery', testDir: 'e2e/delivery', teardown: 'removal' },
    ...(inSandbox ? [{ name: 'sandbox', testDir: 'e2e/sandbox' }] : []),
    ...(world === 'cluster'
      ? [{ name: 'cluster', testDir: 'e2e/cluster' }]
      : []),
    { name: 'removal', testMatch: 'removal.ts' },
  ],
  webServer: {
    command: 'node e2e/serve.mjs',
    url: 'http://127.0.0.1:7107/.backstage/health/v1/readiness',
    // The test cluster may have to be built first
    timeout: inSandbox ? 240_000 : 1_800_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 60_000 },
  },
  use: {
    baseURL: 'http://127.0.0.1:7107',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH,
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
