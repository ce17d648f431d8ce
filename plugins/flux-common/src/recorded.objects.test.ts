import { columns, expectCommitted, tableFile } from './__fixtures__/committed';
import { INSIDES, versionsOf } from './__fixtures__/recordedWords';
import {
  objectFiles,
  recorded,
  recordedEvents,
  recordedObjects,
} from './__fixtures__/recordings';
import { project } from './projection/project';
import { resourceStatus } from './status';
import { explainMessage } from './words/explain';

describe('every recorded object', () => {
  it('is told as the table says', () => {
    const rows = objectFiles.map(file => {
      const { state, summary, message } = resourceStatus(recorded(file));
      return [file, state, summary, message];
    });
    expectCommitted(tableFile('objects.txt'), columns(rows));
  });

  it('has the revisions and images that the table says', () => {
    const rows = objectFiles.flatMap(file =>
      recordedObjects(file).flatMap(object =>
        versionsOf(project('test', object)).map(version => [file, ...version]),
      ),
    );
    expectCommitted(tableFile('versions.txt'), columns(rows));
  });

  it.each(objectFiles)('%s says nothing of Flux’s insides', file => {
    const { summary, message } = resourceStatus(recorded(file));
    expect(`${summary} ${message}`).not.toMatch(INSIDES);
  });

  it.each(
    objectFiles.filter(
      file =>
        resourceStatus(recorded(file)).state === 'failing' &&
        !/pods/.test(file),
    ),
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

describe('every recorded Event', () => {
  const warnings = [
    ...new Map(
      recordedEvents
        .filter(e => e.type === 'Warning' && e.involvedObject)
        .map(e => [e.message, e] as const),
    ).values(),
  ];

  it('was read', () => {
    expect(recordedEvents.length).toBeGreaterThan(400);
    expect(warnings.length).toBeGreaterThan(20);
  });

  it.each(warnings.map(e => [e.message.slice(0, 100), e]))(
    'warns in words that say nothing of Flux’s insides: %s',
    (_, { involvedObject, message }) => {
      const { apiVersion, kind, name, namespace } = involvedObject;
      const about = project('test', {
        apiVersion,
        kind,
        metadata: { name, namespace },
      });
      const { short, sentence, detail, remedy } = explainMessage(
        message,
        about,
      );
      expect([short, sentence, detail, remedy].join(' ')).not.toMatch(INSIDES);
    },
  );
});
