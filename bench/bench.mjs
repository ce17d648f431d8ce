import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

try {
  require('./register.cjs');
} catch (error) {
  console.error(
    `bench: the dependencies are missing; run './yarnw install' first (${error.code})`,
  );
  process.exit(1);
}
await require('./src/main.ts').main(process.argv.slice(2));
