import { objectFiles, recorded } from './__fixtures__/recordings';
import { told } from './__fixtures__/told';
import { resourceStatus } from './status';

describe('resourceStatus of recorded objects', () => {
  it('covers every recorded object', () => {
    expect(told.map(([file]) => file).sort()).toEqual([...objectFiles].sort());
  });

  it.each(told)('%s: %s', (file, state, summary, message) => {
    const status = resourceStatus(recorded(file));
    expect(status).toMatchObject({ state, summary, message });
  });

  it.each(told)('%s says nothing of Flux’s insides', (file, _, __) => {
    const { summary, message } = resourceStatus(recorded(file));
    expect(`${summary} ${message}`).not.toMatch(
      /\/tmp\/|no such file|typed patch|dial tcp|rpc error|0x[0-9a-f]{4}|ns\)/,
    );
  });

  it.each(
    told.filter(([file, state]) => state === 'failing' && !/pods/.test(file)),
  )('%s keeps the raw reason and message beside the words', file => {
    const projection = recorded(file);
    const ready = projection.conditions.find(c => c.type === 'Ready')!;
    expect(resourceStatus(projection)).toMatchObject({
      reason: ready.reason,
      rawMessage: ready.message,
    });
  });

  // Every try sets Ready anew; these failed for longer than their last try.
  it.each([
    ['settled.kustomization.invalid-manifest.json', '2026-11-22T17:18:01Z'],
    ['settled.kustomization.bad-path.json', '2026-11-22T17:17:58Z'],
    ['settled.kustomization.unhealthy.json', '2026-11-22T17:18:21Z'],
    ['settled.gitrepository.nowhere.json', '2026-11-22T17:18:00Z'],
    ['broken-commit.kustomization.infra.json', '2026-11-22T17:23:12Z'],
    ['upgrade-failed.helmrelease.hello.json', '2026-11-22T17:22:04Z'],
  ])('%s fails since %s', (file, since) => {
    expect(resourceStatus(recorded(file)).since).toBe(since);
  });
});
