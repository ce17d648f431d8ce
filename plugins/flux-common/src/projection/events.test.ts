import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectEvents } from './events';

const { items } = JSON.parse(
  readFileSync(
    join(__dirname, '../__fixtures__/recordings/all.events.json'),
    'utf8',
  ),
);

describe('projectEvents', () => {
  it('reads all recorded Events, the newest first', () => {
    const events = projectEvents(items, 1000);
    expect(events).toHaveLength(items.length);
    for (const event of events) {
      expect(event).toMatchObject({
        type: expect.stringMatching(/^(Normal|Warning)$/),
        reason: expect.stringMatching(/^\w+$/),
        message: expect.stringMatching(/./),
        count: expect.any(Number),
        lastAt: expect.stringMatching(/^2026-/),
        source: expect.stringMatching(/./),
      });
    }
    const times = events.map(event => Date.parse(event.lastAt!));
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('keeps the newest of many', () => {
    expect(projectEvents(items, 3)).toEqual(
      projectEvents(items, 1000).slice(0, 3),
    );
  });

  it('knows both ways in which Events say how often and when', () => {
    const at = '2026-11-22T17:17:28.172796Z';
    expect(
      projectEvents(
        [
          { eventTime: at, series: { count: 3, lastObservedTime: at } },
          { count: 2, lastTimestamp: '2026-11-22T17:17:20Z' },
          null,
        ],
        10,
      ),
    ).toMatchObject([
      { count: 3, lastAt: at },
      { count: 2, lastAt: '2026-11-22T17:17:20Z' },
      { count: 1, type: 'Normal', message: '' },
    ]);
  });
});
