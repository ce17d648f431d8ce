import {
  objectFiles,
  recordedObjects,
  recordedWatch,
  watchFiles,
} from '../__fixtures__/recordings';
import { object } from '../__fixtures__/scene';
import { resourceStatus } from '../status';
import { project } from './project';

const every = [
  ...objectFiles.flatMap(f => recordedObjects(f)),
  ...watchFiles.flatMap(f => recordedWatch(f).map(e => e.object)),
];

describe('project', () => {
  it('keeps of every recorded object only what JSON can hold, in little room', () => {
    expect(every.length).toBeGreaterThan(800);
    for (const raw of every) {
      const projection = project('test', raw);
      const json = JSON.stringify(projection);
      expect(JSON.parse(json)).toEqual(projection);
      expect(json.length).toBeLessThan(5000);
      expect(json).not.toMatch(
        /managedFields|last-applied-configuration|webhookPath|\/hook\/[0-9a-f]/,
      );
    }
  });

  it('never keeps what may be secret', () => {
    const secret = 'sup3r-s3cret';
    const raws = [
      object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'a/a', {
        spec: { values: { password: secret } },
      }),
      object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'a/a', {
        spec: { postBuild: { substitute: { TOKEN: secret } } },
      }),
      object('source.toolkit.fluxcd.io/v1', 'GitRepository', 'a/a', {
        spec: { url: `https://me:${secret}@git.example.com/a/b` },
        status: {
          conditions: [
            {
              type: 'Ready',
              status: 'False',
              message: `unable to clone 'https://me:${secret}@git.example.com/a/b'`,
            },
          ],
        },
      }),
      object('notification.toolkit.fluxcd.io/v1', 'Receiver', 'a/a', {
        status: {
          webhookPath: `/hook/${'0'.repeat(64)}${secret}`,
          conditions: [
            {
              type: 'Ready',
              status: 'True',
              message: `Receiver initialized for path: /hook/${'ab'.repeat(
                32,
              )}`,
            },
          ],
        },
      }),
      {
        ...object('v1', 'Secret', 'a/a'),
        data: { key: secret },
        stringData: { key: secret },
      },
      { ...object('v1', 'ConfigMap', 'a/a'), data: { key: secret } },
      object('apps/v1', 'Deployment', 'a/a', {
        annotations: { note: secret },
        spec: {
          template: {
            spec: {
              containers: [
                {
                  image: 'x',
                  env: [{ name: 'A', value: secret }],
                  args: [secret],
                },
              ],
            },
          },
        },
      }),
    ];
    for (const raw of raws) {
      const json = JSON.stringify(project('c', raw));
      expect(json).not.toContain(secret);
      expect(json).not.toContain('abababab');
    }
  });

  it('takes what a list leaves out from its caller', () => {
    const projection = project(
      'c',
      { metadata: { name: 'x', namespace: 'y' } },
      { apiVersion: 'apps/v1', kind: 'Deployment' },
    );
    expect(projection).toMatchObject({
      id: 'c/apps/Deployment/y/x',
      version: 'v1',
      workload: { images: [], desired: 1, ready: 0 },
    });
  });

  it('cuts messages', () => {
    const { conditions } = project(
      'c',
      object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'a/a', {
        status: {
          conditions: [
            { type: 'Ready', status: 'False', message: 'x'.repeat(9000) },
          ],
        },
      }),
    );
    expect(conditions[0].message).toHaveLength(2000);
  });

  const junk = [
    null,
    undefined,
    0,
    -1,
    NaN,
    '',
    'text',
    true,
    [],
    [null],
    {},
    { a: 1 },
    [[]],
    { __proto__: null, x: 1 },
  ];

  it.each(junk.map(j => [j]))('never throws on %j', value => {
    expect(() => resourceStatus(project('c', value))).not.toThrow();
  });

  it('never throws on recorded objects with any part replaced by junk', () => {
    const samples = [
      'settled.kustomization.unhealthy.json',
      'upgrade-failed.helmrelease.hello.json',
      'update-pending.imagepolicy.web.json',
      'push-recovered.imageupdateautomation.fleet.json',
      'settled.imagerepository.web.json',
      'suspended.gitrepository.fleet.json',
      'unhealthy.deployment.stuck.json',
      'unhealthy.pods.stuck.json',
    ];
    let tried = 0;
    const replaceEach = (root: any, at: any) => {
      for (const key of Object.keys(at)) {
        const before = at[key];
        for (const value of junk) {
          at[key] = value;
          const projection = project('c', root);
          JSON.stringify(projection);
          resourceStatus(projection);
          tried++;
        }
        at[key] = before;
        if (before && typeof before === 'object' && key !== 'managedFields') {
          replaceEach(root, before);
        }
      }
    };
    for (const file of samples) {
      const [raw] = recordedObjects(file);
      replaceEach(raw, raw);
    }
    expect(tried).toBeGreaterThan(5000);
  });
});
