import { applySetters } from './setters';

const POLICIES = new Map([
  ['orders:orders', { name: 'r.test:5000/acme/orders', tag: 'main-abc-2' }],
  ['orders:number', { name: 'r.test/n', tag: '1.10', digest: 'sha256:d' }],
]);

const marker = (policy: string) => `# {"$imagepolicy": "${policy}"}`;

describe('applySetters', () => {
  it.each([
    [
      'a whole image',
      `image: old:1 ${marker('orders:orders')}`,
      `image: r.test:5000/acme/orders:main-abc-2 ${marker('orders:orders')}`,
    ],
    [
      'a tag, in quotes of its own',
      `newTag: 'old' ${marker('orders:orders:tag')}`,
      `newTag: 'main-abc-2' ${marker('orders:orders:tag')}`,
    ],
    [
      'a name',
      `newName: "x" ${marker('orders:orders:name')}`,
      `newName: "r.test:5000/acme/orders" ${marker('orders:orders:name')}`,
    ],
    [
      'a digest',
      `digest: x ${marker('orders:number:digest')}`,
      `digest: sha256:d ${marker('orders:number:digest')}`,
    ],
    [
      'a tag that YAML would take for a number',
      `newTag: old ${marker('orders:number:tag')}`,
      `newTag: "1.10" ${marker('orders:number:tag')}`,
    ],
    [
      'an item of a list, and nothing around it',
      `# top\na:   [1,2]\nb:\n- x\n-   old   ${marker(
        'orders:orders:tag',
      )}\n\n# end`,
      `# top\na:   [1,2]\nb:\n- x\n-   main-abc-2   ${marker(
        'orders:orders:tag',
      )}\n\n# end`,
    ],
    [
      'a flow mapping',
      `images: [{name: app, newTag: old}] ${marker('orders:orders:tag')}`,
      `images: [{name: app, newTag: main-abc-2}] ${marker(
        'orders:orders:tag',
      )}`,
    ],
  ])('replaces %s', (_, before, after) => {
    const result = applySetters(before, POLICIES);
    expect(result.text).toBe(after);
    expect(result.changes).toHaveLength(1);
    expect(applySetters(after, POLICIES).changes).toEqual([]);
  });

  it.each([
    ['another policy', `image: old ${marker('other:orders')}`],
    ['an unknown part', `image: old ${marker('orders:orders:size')}`],
    ['a marker without namespace', `image: old ${marker('orders')}`],
    ['a marker on its own line', `${marker('orders:orders')}\nimage: old\n`],
    ['broken JSON', 'image: old # {"$imagepolicy": orders:orders}'],
    ['broken YAML', `a: [\nimage: old ${marker('orders:orders')}`],
    ['a marker inside a text', `text: |\n  old ${marker('orders:orders')}\n`],
  ])('leaves alone %s', (_, text) => {
    expect(applySetters(text, POLICIES)).toEqual({ text, changes: [] });
  });

  it('says what changed, and in which object', () => {
    const text = `kind: Deployment
metadata: {name: web, namespace: orders}
spec:
  image: old:1 ${marker('orders:orders')}
---
kind: Other
metadata: {name: second}
tag: x ${marker('orders:orders:tag')}
`;
    expect(applySetters(text, POLICIES).changes).toEqual([
      {
        setter: 'orders:orders',
        oldValue: 'old:1',
        newValue: 'r.test:5000/acme/orders:main-abc-2',
        object: { kind: 'Deployment', namespace: 'orders', name: 'web' },
      },
      {
        setter: 'orders:orders:tag',
        oldValue: 'x',
        newValue: 'main-abc-2',
        object: { kind: 'Other', namespace: '', name: 'second' },
      },
    ]);
  });
});
