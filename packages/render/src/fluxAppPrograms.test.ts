import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Files, startRenderer } from './startRenderer';

jest.setTimeout(60_000);
// Where Go has built nothing yet, it builds its standard library first.
const firstBuild = 400_000;

const example = jest.requireActual('../examples/node.json');

// Not the environment of the test runner that this runs in; and nothing that could be downloaded
const environment = {
  PATH: `${process.env.PATH}:/usr/local/go/bin`,
  // Where Go keeps what it has built: out of what is rendered
  HOME: homedir(),
  GOPROXY: 'off',
  GOTOOLCHAIN: 'local',
  CGO_ENABLED: '0',
  PYTHONDONTWRITEBYTECODE: '1',
};

/** Why a language cannot be used here, in words for a test's name; undefined when it can. */
function missing(program: string, args: string[], oldest: number[]) {
  try {
    const said = execFileSync(program, args, {
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [, major, minor] = /(\d+)\.(\d+)/.exec(said)!.map(Number);
    return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
      ? undefined
      : `${program} here is ${major}.${minor}, older than ${oldest.join('.')}`;
  } catch {
    return `there is no ${program} here`;
  }
}

const stacks = [
  {
    stack: 'node',
    unavailable: undefined,
    command: [process.execPath, '--test', 'test/**/*.test.ts'],
    passed: /pass 1\d\n[^]*skipped 0\n/,
    broken: [
      ['a route', 'src/routes.ts', 'status: 400', 'status: 200'],
      ['readiness', 'src/service.ts', '    ready = false;\n', ''],
      ['draining', 'src/service.ts', 'return drained;', 'return true;'],
      ['the configuration', 'src/config.ts', 'value > max', 'false'],
      ['the log', 'src/service.ts', '{ ...base, error }', 'base'],
      ['secrecy', 'src/service.ts', "'Internal error'", 'String(error)'],
    ],
  },
  {
    stack: 'go',
    unavailable: missing('go', ['version'], [1, 26]),
    command: ['go', 'test', './...'],
    passed: /^ok\s/m,
    broken: [
      ['a route', 'routes.go', 'zone = query.Get("zone")', ''],
      ['readiness', 'service.go', 's.ready.Store(false)', ''],
      ['draining', 'service.go', 'return drained', 'return true'],
      ['the configuration', 'config.go', '|| value > maximum', ''],
      [
        'the exit code',
        'main.go',
        '"error", err.Error())\n\t\treturn 1',
        '"error", err.Error())\n\t\treturn 0',
      ],
      ['secrecy', 'http.go', '"Internal error"', 'fmt.Sprint(cause)'],
    ],
  },
  {
    stack: 'python',
    unavailable: missing('python3', ['--version'], [3, 11]),
    command: ['python3', '-m', 'unittest'],
    passed: /Ran 18 tests[^]*OK/,
    broken: [
      ['a route', 'app/routes.py', 'Problem(400', 'Problem(200'],
      ['readiness', 'app/server.py', 'self._service.ready = False', 'pass'],
      ['draining', 'app/server.py', 'return drained', 'return True'],
      ['the configuration', 'app/config.py', ' or int(text) > maximum', ''],
      ['the exit code', 'app/__main__.py', 'return 1', 'return 0'],
      [
        'secrecy',
        'app/service.py',
        '{"error": "Internal error"',
        '{"error": str(environ)',
      ],
    ],
  },
];

describe('the programs that flux-app makes', () => {
  const rendered = new Map<string, Files>();
  let folder: string;

  beforeAll(async () => {
    const renderer = await startRenderer('flux-app');
    for (const { stack } of stacks) {
      rendered.set(stack, await renderer.render({ ...example, stack }));
    }
    await renderer.stop();
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flux-app-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Writes the application as it is rendered. */
  async function write(stack: string): Promise<Files> {
    const files: Files = new Map();
    for (const [path, content] of rendered.get(stack)!) {
      if (path.startsWith('app/')) {
        const target = join(folder, path);
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, content);
        files.set(path.slice('app/'.length), content);
      }
    }
    return files;
  }

  function runTests([program, ...args]: string[]) {
    return new Promise<{ code: unknown; output: string }>(resolve => {
      execFile(
        program,
        args,
        { cwd: join(folder, 'app'), env: environment },
        (error, stdout, stderr) =>
          resolve({ code: error?.code ?? 0, output: stdout + stderr }),
      );
    });
  }

  const list = async () =>
    (await readdir(join(folder, 'app'), { recursive: true })).sort();

  describe.each(stacks)('$stack', ({ stack, unavailable, command, ...its }) => {
    const title = unavailable ? `skipped: ${unavailable}` : 'its own tests';
    (unavailable ? describe.skip : describe)(title, () => {
      it(
        'passes its own tests with nothing installed',
        async () => {
          await write(stack);
          const before = await list();
          const { code, output } = await runTests(command);
          expect([code, code === 0 ? '' : output]).toEqual([0, '']);
          expect(output).toMatch(its.passed);
          expect(await list()).toEqual(before);
        },
        firstBuild,
      );

      it.each(its.broken)(
        'fails its own tests when %s is broken',
        async (_what, path, from, to) => {
          const text = (await write(stack)).get(path)!;
          expect(text).toContain(from);
          await writeFile(join(folder, 'app', path), text.replace(from, to));
          const { code, output } = await runTests(command);
          expect(code).toBe(1);
          // It is a test that fails, not a program that does not start
          expect(output).not.toMatch(
            /build failed|SyntaxError|IndentationError/,
          );
        },
      );
    });

    it('has an image that is reached only through passing tests', async () => {
      const files = await write(stack);
      const stages = files.get('Dockerfile')!.split(/^(?=FROM )/m);
      const tests = { node: 'npm test', go: 'go test ./...' }[stack];
      expect(stages).toHaveLength(2);
      expect(stages[0]).toMatch(/^FROM \S+:\d+\.\d+\.\d+-\S+ AS build\n/);
      expect(stages[0]).toContain(tests ?? '-m unittest');
      expect(stages[1]).toMatch(/COPY --from=build/);
      expect(stages[1]).toMatch(/^USER 1000:1000$/m);
      // Each file that is copied from the build's context is let through
      const ignored = files.get('.dockerignore')!.split('\n');
      expect(ignored[0]).toBe('*');
      const named = [...stages[0].matchAll(/^COPY (?!\. )(.+) \S+$/gm)];
      named
        .flatMap(([, sources]) => sources.split(' '))
        .forEach(source => expect(ignored).toContain(`!${source}`));
    });
  });

  it('says how the Node stack is tested in its package.json', async () => {
    const manifest = (await write('node')).get('package.json')!;
    expect(JSON.parse(manifest).scripts.test).toBe(
      'node --test "test/**/*.test.ts"',
    );
    expect(existsSync(join(folder, 'app', 'node_modules'))).toBe(false);
  });

  it('calls the Go module as its repository', async () => {
    const module = (await write('go')).get('go.mod')!;
    expect(module).toMatch(/^module [a-z0-9.-]+\/acme\/orders\n\ngo 1\.26\n$/);
  });
});
