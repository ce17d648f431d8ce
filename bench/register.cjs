// Lets Node.js load TypeScript. Backstage's own development transform also hooks into import(), which makes
// each one of a running backend many times slower than in production; this does not.
const { transformSync } = require('@swc/core');
const { addHook } = require('pirates');

addHook(
  (code, filename) =>
    transformSync(code, {
      filename,
      module: { type: 'commonjs' },
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    }).code,
  { extensions: ['.ts'], ignoreNodeModules: true },
);
