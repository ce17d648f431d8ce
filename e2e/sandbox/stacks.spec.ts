import { execFileSync } from 'node:child_process';
import { expect, test } from '@playwright/test';
import {
  createApplication,
  expectHeadline,
  signIn,
  TASK_TIMEOUT,
  taskLink,
} from '../support/backstage';
import { commit, commits, conclusionOf } from '../support/github';
import { imageTags, version } from '../support/images';
import { named, seconds } from '../support/world';

function isHere(program: string): boolean {
  try {
    execFileSync(program, [program === 'go' ? 'version' : '--version']);
    return true;
  } catch {
    return false;
  }
}

/** What else an application can be written in, and a line without which its own tests fail. */
const stacks = [
  {
    stack: 'Go',
    program: 'go',
    path: 'routes.go',
    line: 'zone = query.Get("zone")',
    broken: '',
  },
  {
    stack: 'Python',
    program: 'python3',
    path: 'app/routes.py',
    line: 'Problem(400',
    broken: 'Problem(200',
  },
] as const;

for (const { stack, program, path, line, broken } of stacks) {
  test(`an application in ${stack} runs once its tests pass, and is not built when they fail`, async ({
    page,
  }) => {
    test.skip(!isHere(program), `there is no ${program} here`);
    const app = named(stack.toLowerCase());
    await signIn(page);
    await createApplication(page, {
      name: app,
      description: `Says it in ${stack}`,
      stack,
      enrolment: 'direct',
    });
    await taskLink(page, 'See it roll out').click({ timeout: TASK_TIMEOUT });
    // Go builds its standard library where it has built nothing yet
    await expect
      .poll(() => imageTags(app), { timeout: seconds(200) })
      .toHaveLength(1);
    const [tag] = await imageTags(app);
    await expectHeadline(page, 'Up to date', {
      running: version(tag),
      timeout: seconds(150),
    });

    const sha = await commit(app, 'Break it', clone =>
      clone.edit(path, text => {
        expect(text).toContain(line);
        return text.replace(line, broken);
      }),
    );
    await expect
      .poll(() => conclusionOf(app, sha), { timeout: seconds(120) })
      .toBe('failure');
    expect(await imageTags(app)).toEqual([tag]);
    expect((await commits(app))[0].sha).toBe(sha);
    await expectHeadline(page, 'Up to date', { running: version(tag) });
  });
}
