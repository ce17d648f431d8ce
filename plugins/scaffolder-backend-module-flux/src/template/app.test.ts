import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { goodValues, startScaffolder } from '../__testUtils__/dryRunFluxApp';
import { FakeCluster } from '../__testUtils__/fakeCluster';
import { startFakeGithub } from '../__testUtils__/fakeGithub';

jest.setTimeout(60_000);

/** Runs the rendered application's own tests, as its package.json says. */
function runTests(folder: string): Promise<{ code: unknown; output: string }> {
  return new Promise(resolve => {
    execFile(
      process.execPath,
      ['--test', 'test/**/*.test.ts'],
      // Not the environment of the test runner that this runs in
      { cwd: folder, env: { PATH: process.env.PATH } },
      (error, stdout) => resolve({ code: error?.code ?? 0, output: stdout }),
    );
  });
}

describe('the application of the flux-app template', () => {
  let folder: string;
  let files: Map<string, string>;

  beforeAll(async () => {
    const github = await startFakeGithub();
    const scaffolder = await startScaffolder({
      github,
      cluster: new FakeCluster(),
    });
    ({ files } = await scaffolder.dryRun(goodValues));
    await scaffolder.stop();
    await github.stop();
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flux-app-'));
    for (const [path, content] of files) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('passes its own tests with nothing installed', async () => {
    const scripts = JSON.parse(files.get('app/package.json')!).scripts;
    expect(scripts.test).toBe('node --test "test/**/*.test.ts"');
    const { code, output } = await runTests(join(folder, 'app'));
    expect([code, code === 0 ? '' : output]).toEqual([0, '']);
    expect(output).toMatch(/tests 1[0-9]/);
  });

  it.each([
    ['a route', 'src/routes.ts', 'status: 400', 'status: 200'],
    ['readiness', 'src/service.ts', '    ready = false;\n', ''],
    ['draining', 'src/service.ts', 'return drained;', 'return true;'],
    ['the configuration', 'src/config.ts', 'value > max', 'false'],
  ])('fails its own tests when %s is broken', async (_what, path, from, to) => {
    const file = join(folder, 'app', path);
    const text = files.get(`app/${path}`)!;
    expect(text).toContain(from);
    await writeFile(file, text.replace(from, to));
    const { code } = await runTests(join(folder, 'app'));
    expect(code).toBe(1);
  });
});
