import { mkdir, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { products } from './products';
import { Files, startRenderer } from './startRenderer';

const AT_ONCE = 4;

/** What is worth checking with tools once, however many combinations make it; the first group is its name. */
const parts: Record<string, RegExp> = {
  workflows: /^(?:app|fleet)\/(\.github\/(?:workflows|dependabot).*)$/,
  scripts: /^(?:app|fleet)\/((?:.*\/)?[^/]+\.sh)$/,
  settings: /^fleet\/(scripts\/settings\.sh)$/,
  manifests: /^app\/(deploy\/.*)$/,
  enrolments: /^(enrolment\/.*)$/,
  fleets: /^fleet\/((?:clusters|infrastructure|runners|apps)\/.*)$/,
};

/** Only data; the scripts beside it are the same for whatever it says. */
const isData = (part: string, name: string) =>
  part === 'scripts' && name === 'scripts/settings.sh';

/** Writes each different set of files of a kind into a folder of its own. */
class Distinct {
  readonly #folder: string;
  readonly #seen = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async add(files: Files): Promise<void> {
    for (const [part, pattern] of Object.entries(parts)) {
      const chosen = [...files].flatMap(([path, text]) => {
        const name = pattern.exec(path)?.[1];
        return name ? [[name, text] as const] : [];
      });
      const hash = createHash('sha256')
        .update(JSON.stringify(chosen.filter(([name]) => !isData(part, name))))
        .digest('hex')
        .slice(0, 12);
      if (chosen.length === 0 || this.#seen.has(`${part}/${hash}`)) {
        continue;
      }
      this.#seen.add(`${part}/${hash}`);
      for (const [name, text] of chosen) {
        const file = join(this.#folder, part, hash, name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
    }
  }
}

/**
 * Renders every combination of a form, or the share of one of several processes, checks each result, and
 * leaves what tools have to look at in a folder. The last line is a JSON object: `{ combinations, failed }`.
 */
async function main([template, folder, share, shares]: string[]) {
  const { combinations, checks } = products[template];
  const renderer = await startRenderer(template);
  const all = combinations(renderer).filter(
    (_values, index) => index % Number(shares) === Number(share),
  );
  const distinct = new Distinct(folder);
  const todo = all.values();
  let failed = 0;
  let done = 0;

  const work = async () => {
    for (const values of todo) {
      const problems: string[] = [];
      try {
        const files = await renderer.render(values);
        await distinct.add(files);
        for (const [name, check] of Object.entries(checks)) {
          problems.push(...check(files).map(text => `${name}: ${text}`));
        }
      } catch (error) {
        problems.push((error as Error).message);
      }
      if (problems.length > 0) {
        failed += 1;
        console.error(`${JSON.stringify(values)}\n  ${problems.join('\n  ')}`);
      }
      done += 1;
      if (done % 250 === 0) {
        console.log(`${template}: ${done} of ${all.length} rendered`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await renderer.stop();
  console.log(JSON.stringify({ combinations: all.length, failed }));
}

// Backstage's backend catches these, stops its plugins and then leaves the process running
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.prependListener(signal, () => process.exit(code));
}

main(process.argv.slice(2)).then(
  () => process.exit(),
  error => {
    console.error(error);
    process.exit(1);
  },
);
