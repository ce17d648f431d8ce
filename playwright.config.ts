import { defineConfig } from '@playwright/test';

/** The browser tests drive the built app, served by the backend, over a sandbox of their own. */
export default defineConfig({
  testDir: 'e2e',
  timeout: 240_000,
  expect: { timeout: 30_000 },
  // One backend and one sandbox stand behind all tests
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
  webServer: {
    command: 'node e2e/serve.mjs',
    url: 'http://127.0.0.1:7107/.backstage/health/v1/readiness',
    timeout: 240_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
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
