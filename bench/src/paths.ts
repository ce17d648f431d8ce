import { join } from 'node:path';

// eslint-disable-next-line no-restricted-syntax -- the benchmark runs from its sources only
const sources = __dirname;

/** What processes of the benchmark run. */
export const scripts = {
  backend: join(sources, 'backend/process.ts'),
  clusters: join(sources, 'clusters/process.ts'),
};
/** Lets Node.js load them. */
export const register = join(sources, '../register.cjs');
/** All figures of the documentation, and the page that shows them. */
export const results = join(sources, '../results.json');
export const docs = join(sources, '../../docs/performance.md');
