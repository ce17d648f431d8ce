import {
  startTestGithub,
  type TestGithub,
} from '../__testUtils__/startTestGithub';
import { onlyOwnPages } from './access';

describe('the pages', () => {
  let github: TestGithub;

  beforeAll(async () => {
    github = await startTestGithub();
    await github.api('/orgs/acme/repos', {
      method: 'POST',
      body: { name: 'orders', private: true, auto_init: true },
    });
    await github.api('/repos/acme/orders/contents/src/a.html', {
      method: 'PUT',
      body: {
        message: 'Add <script>alert(1)</script>',
        content: Buffer.from('<script>alert(2)</script>\nline\n').toString(
          'base64',
        ),
      },
    });
    const main = await github.api('/repos/acme/orders/git/ref/heads/main');
    await github.api('/repos/acme/orders/git/refs', {
      method: 'POST',
      body: { ref: 'refs/heads/fix/it', sha: main.body.object.sha },
    });
    await github.api('/repos/acme/orders/contents/fix.txt', {
      method: 'PUT',
      body: { message: 'Fix', content: 'b2s=', branch: 'fix/it' },
    });
    await github.api('/repos/acme/orders/pulls', {
      method: 'POST',
      body: { title: 'Fix it', head: 'fix/it', base: 'main' },
    });
  });

  afterAll(() => github.stop());

  async function open(path: string, init?: RequestInit) {
    const response = await fetch(github.url + path, {
      redirect: 'manual',
      ...init,
    });
    return {
      status: response.status,
      location: response.headers.get('location'),
      text: await response.text(),
    };
  }

  const post = (
    path: string,
    fields: Record<string, string>,
    origin = github.url,
  ) =>
    open(path, {
      method: 'POST',
      headers: { origin },
      body: new URLSearchParams(fields),
    });

  it('are there for every link, say what they are, and escape what they show', async () => {
    const head = await github.api('/repos/acme/orders/commits/main');
    for (const path of [
      '/',
      '/acme',
      '/acme/orders',
      '/acme/orders/tree/fix/it/src',
      '/acme/orders/blob/main/src/a.html',
      '/acme/orders/edit/main/src/a.html',
      '/acme/orders/commits',
      `/acme/orders/commit/${head.body.sha}`,
      '/acme/orders/pulls',
      '/acme/orders/pull/1',
      '/acme/orders/actions',
    ]) {
      const { status, text } = await open(path);
      expect({ path, status }).toEqual({ path, status: 200 });
      expect(text).toContain(
        'Sandbox: this is not GitHub. Nothing leaves this machine.',
      );
      expect(text).not.toContain('<script');
    }
    const commit = await open(`/acme/orders/commit/${head.body.sha}`);
    expect(commit.text).toContain('+&lt;script&gt;alert(2)');
    expect((await open('/acme/nothing')).status).toBe(404);
    const raw = await open('/acme/orders/raw/main/src/a.html');
    expect(raw.text).toBe('<script>alert(2)</script>\nline\n');
  });

  it('change a file, once', async () => {
    const path = '/acme/orders/edit/main/src/a.html';
    const form = (await open(path)).text;
    const [, sha] = /name="sha" value="([0-9a-f]+)"/.exec(form)!;
    const fields = { sha, content: 'new\r\n', message: 'Change a' };
    const saved = await post(path, fields);
    expect(saved.status).toBe(303);
    expect((await open(saved.location!)).text).toContain('Change a');
    const content = await open('/acme/orders/raw/main/src/a.html');
    expect(content.text).toBe('new\n');
    expect((await post(path, fields)).status).toBe(409);
  });

  it('merge a pull request, but only for a form of their own', async () => {
    const path = '/acme/orders/pull/1/merge';
    expect((await post(path, {}, 'http://evil.test')).status).toBe(403);
    expect((await open(path, { method: 'POST' })).status).toBe(403);
    expect((await open('/acme/orders/pull/1')).text).toContain(
      'Merge pull request</button>',
    );
    expect((await post(path, {})).status).toBe(303);
    const merged = await open('/acme/orders/pull/1');
    expect(merged.text).toContain('Merged by guest');
    expect(merged.text).not.toContain('<button');
    expect((await open('/acme/orders/raw/main/fix.txt')).text).toBe('ok');
  });

  it('are read by another machine, and changed only by this one', () => {
    const answer = (remoteAddress: string, method: string) => {
      const next = jest.fn();
      const request = {
        method,
        headers: { host: github.host, origin: github.url },
        socket: { remoteAddress, localAddress: '192.0.2.1' },
      };
      onlyOwnPages({ url: github.url, port: Number(new URL(github.url).port) })(
        request as any,
        { setHeader: jest.fn() } as any,
        next,
      );
      return next.mock.calls[0][0]?.message ?? 'allowed';
    };
    expect(answer('192.0.2.2', 'GET')).toBe('allowed');
    expect(answer('192.0.2.2', 'POST')).toMatch(/^Only the machine that runs/);
    expect(answer('192.0.2.1', 'POST')).toBe('allowed');
    expect(answer('::ffff:127.0.0.1', 'POST')).toBe('allowed');
  });
});
