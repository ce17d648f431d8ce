import { expect, Page } from '@playwright/test';
import { github, repoPath } from './github';
import { seconds, world } from './world';

/** Waits for the one open pull request of a repository, and answers its number. */
export async function openRequest(repo: string): Promise<number> {
  let numbers: number[] = [];
  await expect
    .poll(
      async () => {
        const open = await github<{ number: number }[]>(
          `${repoPath(repo)}/pulls?state=open`,
        );
        numbers = open!.map(({ number }) => number);
        return numbers.length;
      },
      { timeout: seconds(120) },
    )
    .toBe(1);
  return numbers[0];
}

/** Presses the button on the request's page. */
export async function mergeRequest(
  page: Page,
  repo: string,
  number: number,
): Promise<void> {
  const { url, owner } = world().github;
  await page.goto(`${url}/${owner}/${repo}/pull/${number}`);
  await expect(page.getByText('This is not GitHub').first()).toBeVisible();
  await page.getByRole('button', { name: 'Merge pull request' }).click();
  await expect(
    page.getByRole('button', { name: 'Merge pull request' }),
  ).toBeHidden();
}
