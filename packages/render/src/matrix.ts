import { mkdir, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { applicationChecks } from './checks';
import { applicationCombinations } from './fluxApp';
import { Files, startRenderer } from './startRenderer';

const AT_ONCE = 4;

/** What is worth checking with tools once, however many combinations make it. */
const parts: Record<string, (path: string) => string | undefined> = {
  workflows: path =>
    /^app\/(\.github\/(?:workflows|dependabot).*)$/.exec(path)?.[1],
  scripts: path => /^app\/(.*\.sh)$/.exec(path)?.[1],
  manifests: path => /^app\/(deploy\/.*)$/.exec(path)?.[1],
  enrolments: path => /^(enrolment\/.*)$/.exec(path)?.[1],
};

/** Writes each different set of files of a kind into a folder of its own. */
class Distinct {
  readonly #folder: string;
  readonly #seen = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async add(files: Files): Promise<void> {
    for (const [part, nameOf] of Object.entries(parts)) {
      const chosen = [...files].flatMap(([path, text]) => {
        const name = nameOf(path);
        return name ? [[name, text] as const] : [];
      });
      const hash = createHash('sha256')
        .update(JSON.stringify(chosen))
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
 * Renders every combination of the form of flux-app, checks each repository, and leaves what tools have to
 * look at in a folder. The last line is a JSON object: `{ combinations, failed }`.
 */
async function main(folder: string): Promise<void> {
  const renderer = await startRenderer('flux-app');
  const all = applicationCombinations(renderer);
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
        for (const [name, check] of Object.entries(applicationChecks)) {
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
        console.log(`${done} of ${all.length} combinations rendered`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await renderer.stop();
  console.log(JSON.stringify({ combinations: all.length, failed }));
}

main(process.argv[2]).then(
  () => process.exit(),
  error => {
    console.error(error);
    process.exit(1);
  },
);
