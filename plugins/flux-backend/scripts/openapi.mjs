// Writes the types of the HTTP API, for its clients, from its document.
// `yarn openapi` writes them; `yarn openapi --check` fails when what is written isn't what the document gives.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const DOCUMENT = new URL('../src/openapi.yaml', import.meta.url);
const TYPES = new URL(
  '../../flux-common/src/openapi.generated.ts',
  import.meta.url,
);

const EXPORTED = {
  paths: 'All paths of the HTTP API, as openapi-fetch takes them.',
  operations: 'All operations of the HTTP API, by their ids.',
  components: 'What the HTTP API’s answers are made of.',
};

async function generate() {
  const types = astToString(
    await openapiTS(DOCUMENT, { silent: true, defaultNonNullable: false }),
  );
  // API Extractor wants a release tag on what is exported, and knows none of the tags of the members
  const documented = types
    .replace(/^ *\/\*\*.*\*\/\n/gm, '')
    .replace(/^ *\/\*\*\n( *\*.*\n)*? *\*\/\n/gm, '')
    .replace(
      /^export interface (\w+)/gm,
      (declaration, name) =>
        `\n// prettier-ignore\n/**\n * ${EXPORTED[name]}\n *\n * @public\n */\n${declaration}`,
    )
    .replace(/^export type (webhooks|\$defs) = .*\n/gm, '');
  return `// Generated from flux-backend/src/openapi.yaml by \`yarn openapi\`; don't edit.\n${documented}`;
}

const types = await generate();
if (!process.argv.includes('--check')) {
  await writeFile(TYPES, types);
} else if ((await readFile(TYPES, 'utf8')) !== types) {
  process.stderr.write(
    'flux-common/src/openapi.generated.ts isn’t what flux-backend/src/openapi.yaml gives; run `yarn workspace @backstage-flux/plugin-flux-backend openapi`\n',
  );
  process.exitCode = 1;
}
