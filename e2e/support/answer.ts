import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { fluxView } from './backstage';
import { normalise } from './normalise';
import { seconds, world } from './world';

const settling = 10;

/**
 * Expects Backstage's API to answer what is committed in answers/: the same in every world. What is on its
 * way there is given time. With --update-snapshots, the answer that stays the same for a while is written.
 */
export async function expectAnswer(app: string, name: string): Promise<void> {
  const { updateSnapshots } = test.info().config;
  const file = test.info().snapshotPath(`${name}.json`);
  const committed =
    existsSync(file) && !['all', 'changed'].includes(updateSnapshots)
      ? readFileSync(file, 'utf8')
      : undefined;

  let answer = '';
  let since = 0;
  const until = Date.now() + seconds(60);
  while (Date.now() < until) {
    const before = answer;
    answer = await readAnswer(app);
    since = answer === before ? since + 1 : 0;
    if (committed ? answer === committed : since === settling) {
      break;
    }
    await new Promise(resolve => setTimeout(resolve, 1_000));
  }
  // Softly, so that what else differs is found in the same run
  expect.soft(answer).toMatchSnapshot(`${name}.json`);
}

async function readAnswer(app: string): Promise<string> {
  const view = await fluxView(app);
  const { prefix, cluster, addresses } = world();
  const answer = normalise(view, { prefix, cluster, addresses });
  return `${JSON.stringify(answer, null, 2)}\n`;
}
