// `yarn render`: what a template makes of some values, through the scaffolder's dry run, without a server.
import { run } from './run.mjs';

process.exitCode = await run([
  process.execPath,
  '--require',
  './node_modules/@backstage/cli/config/nodeTransform.cjs',
  'packages/render/src/cli.ts',
  ...process.argv.slice(2),
]);
