import { objectFiles, recordedObjects } from './__fixtures__/recordings';
import { fluxKinds, kindByShortName, kindInfo, kindOrder } from './kinds';

describe('kinds', () => {
  it('knows every recorded kind', () => {
    for (const file of objectFiles) {
      for (const { apiVersion, kind } of recordedObjects(file)) {
        const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
        expect(kindInfo(group, kind)).toMatchObject({ group, kind });
      }
    }
  });

  it('is unambiguous', () => {
    const keys = fluxKinds.map(k => `${k.group}/${k.kind}`);
    expect(new Set(keys).size).toBe(keys.length);
    const short = fluxKinds.flatMap(k => k.shortName ?? []);
    expect(new Set(short).size).toBe(short.length);
  });

  it.each([
    ['kustomization', 'Kustomization', true, true],
    ['HelmRelease', 'HelmRelease', true, true],
    ['imagepolicy', 'ImagePolicy', true, true],
    ['receiver', 'Receiver', true, true],
    ['alert', 'Alert', false, true],
    ['externalartifact', 'ExternalArtifact', false, false],
    ['canary', 'Canary', false, false],
  ])('%s is %s', (short, kind, reconcilable, suspendable) => {
    expect(kindByShortName(short)).toMatchObject({
      kind,
      reconcilable,
      suspendable,
    });
  });

  it('never offers actions on workloads', () => {
    for (const k of fluxKinds.filter(({ flux }) => !flux)) {
      expect([k.reconcilable, k.suspendable]).toEqual([false, false]);
    }
  });

  it('orders unknown kinds last', () => {
    expect(kindOrder('example.com', 'Widget')).toBe(fluxKinds.length);
    expect(kindInfo('example.com', 'Kustomization')).toBeUndefined();
  });
});
