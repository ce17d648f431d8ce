import { MAX_LOG_BYTES, readLog } from './readLog';

describe('readLog', () => {
  it('gives a log as it is, whatever its lines are like', async () => {
    const lines = Array.from(
      { length: 5_000 },
      (_, i) => `${i} ${'–'.repeat(i % 40)} done`,
    );
    const log = `${lines.join('\n')}\n`;
    expect(await readLog(new Response(log))).toBe(log);
    const line = 'x'.repeat(300_000);
    expect(await readLog(new Response(line))).toBe(line);
    expect(await readLog(new Response(''))).toBe('');
  });

  it('reads no more than can be shown, and says so', async () => {
    let sent = 0;
    let cancelled = false;
    const body = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(Buffer.alloc(65_536, 'x\n'));
      },
      cancel() {
        cancelled = true;
      },
    });
    const log = await readLog(new Response(body));
    expect(log.length).toBeLessThan(MAX_LOG_BYTES + 100);
    expect(log).toMatch(
      /x\n\n… \(cut at 1 MiB; ask for fewer lines to see the newest\)\n$/,
    );
    expect(sent).toBeLessThan(2 * MAX_LOG_BYTES);
    expect(cancelled).toBe(true);
  });

  it('hides credentials', async () => {
    const log = await readLog(
      new Response('GET https://me:pw@git.example.com/a\ntoken=abc\n'),
    );
    expect(log).toBe('GET https://git.example.com/a\ntoken=(hidden)\n');
  });
});
