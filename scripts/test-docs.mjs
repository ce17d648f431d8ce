// The documentation as a product: each shell block says who runs it, and those that can run here are run; links
// and images lead somewhere, the navigation names every page, configuration is what the schema knows, and MkDocs
// builds it strictly. CONTRIBUTING.md says what the marks mean. `./yarnw test:all docs` runs it.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigExamples } from './docs/ConfigExamples.mjs';
import {
  linkProblems,
  navigationProblems,
  symlinkProblems,
} from './docs/links.mjs';
import { blocksOf, readPages, shells } from './docs/pages.mjs';
import { runBlock, startBlock } from './docs/runBlock.mjs';
import { installMkDocs } from './techdocs.mjs';

const exec = promisify(execFile);

/** Where a block that does not end by itself answers. */
const addressesOf = ({ mark }) =>
  /^starts=(\S+)$/.exec(mark ?? '')?.[1].split(',');

function markProblem(block, parts) {
  const { mark } = block;
  if (mark === 'test' || mark === 'cloud' || addressesOf(block)) {
    return undefined;
  }
  const [, part] = /^other-test=(\S+)$/.exec(mark ?? '') ?? [];
  if (!part) {
    return `says not who runs it: ${
      mark ? `<!-- ${mark} --> is no mark` : 'no mark'
    } before the block; write <!-- test -->, <!-- starts=URL -->, <!-- cloud --> or <!-- other-test=PART -->`;
  }
  return parts.includes(part)
    ? undefined
    : `test:all has no part ${part}; there are ${parts.join(', ')}`;
}

async function siteProblem() {
  const { mkdocs, reason } = await installMkDocs();
  if (!mkdocs) {
    return { skipped: reason };
  }
  const site = await mkdtemp(join(tmpdir(), 'docs-site-'));
  try {
    // With --quiet, MkDocs doesn't count the warnings that --strict is about
    await exec(mkdocs, ['build', '--strict', '--site-dir', site]);
    return {};
  } catch (error) {
    return { problem: `${error.stdout}${error.stderr}` };
  } finally {
    await rm(site, { recursive: true, force: true });
  }
}

/**
 * @param {string[]} parts of `test:all`, which a block may name
 * @returns {Promise<{passed: number, failed: number, skipped: number}>}
 */
export async function testDocs(parts) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const count = (where, problem) => {
    if (problem) {
      total.failed += 1;
      console.error(`${where}: ${problem}`);
    } else {
      total.passed += 1;
    }
  };

  const pages = await readPages();
  const blocks = pages.flatMap(blocksOf);
  const commands = blocks.filter(({ language }) => shells.includes(language));
  for (const block of commands) {
    count(block.where, markProblem(block, parts));
  }
  for (const block of commands.filter(({ mark }) => mark === 'test')) {
    count(block.where, await runBlock(block));
  }
  for (const block of commands.filter(addressesOf)) {
    count(block.where, await startBlock(block, addressesOf(block)));
  }
  for (const page of pages) {
    count(page.path, linkProblems(page, pages).join('\n'));
  }
  count('mkdocs.yml', (await navigationProblems(pages)).join('\n'));
  count('catalog-info.yaml', (await symlinkProblems()).join('\n'));

  const examples = blocks.filter(({ mark }) => mark === 'app-config');
  const config = await ConfigExamples.create();
  for (const block of examples) {
    count(block.where, config.problem(block));
  }

  const { problem, skipped } = await siteProblem();
  if (skipped) {
    total.skipped += 1;
    console.log(`mkdocs build: skipped, ${skipped}`);
  } else {
    count('mkdocs build', problem);
  }
  console.log(
    `${pages.length} pages, ${commands.length} shell blocks, ${examples.length} pieces of configuration`,
  );
  return total;
}
