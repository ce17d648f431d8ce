import { object } from './__fixtures__/scene';
import { project } from './projection/project';
import { createProjectionIndex } from './projectionIndex';
import { parseEntitySelection, selectRoots, selectsCluster } from './selection';
import { matchesSelector, parseSelector } from './selector';

const index = createProjectionIndex(
  [
    object('apps/v1', 'Deployment', 'shop/orders', {
      labels: { 'backstage.io/kubernetes-id': 'orders', app: 'orders' },
    }),
    object('apps/v1', 'Deployment', 'test/orders', {
      labels: { 'backstage.io/kubernetes-id': 'orders', app: 'other' },
    }),
    object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'shop/orders'),
  ].map(o => project('c', o)),
);

const select = (annotations: Record<string, string>) =>
  selectRoots(index, parseEntitySelection(annotations)!).map(
    p => `${p.ref.kind} ${p.ref.namespace}/${p.ref.name}`,
  );

describe('parseEntitySelection', () => {
  it('needs an annotation that selects', () => {
    expect(parseEntitySelection()).toBeUndefined();
    expect(
      parseEntitySelection({ 'backstage.io/kubernetes-namespace': 'shop' }),
    ).toBeUndefined();
  });

  it.each([
    [
      'references win',
      {
        'fluxcd.io/resources': 'kustomization:shop/orders',
        'backstage.io/kubernetes-id': 'orders',
      },
      ['Kustomization shop/orders'],
    ],
    [
      'the id selects in all namespaces',
      { 'backstage.io/kubernetes-id': 'orders' },
      ['Deployment shop/orders', 'Deployment test/orders'],
    ],
    [
      'a namespace limits',
      {
        'backstage.io/kubernetes-id': 'orders',
        'backstage.io/kubernetes-namespace': 'shop',
      },
      ['Deployment shop/orders'],
    ],
    [
      'a label selector wins over the id',
      {
        'backstage.io/kubernetes-id': 'orders',
        'backstage.io/kubernetes-label-selector': 'app=other',
      },
      ['Deployment test/orders'],
    ],
    [
      'what does not exist selects nothing',
      { 'fluxcd.io/resources': 'kustomization:shop/nothing' },
      [],
    ],
  ])('%s', (_, annotations, roots) => {
    expect(select(annotations as Record<string, string>)).toEqual(roots);
  });

  it('knows the clusters that are meant', () => {
    const all = parseEntitySelection({ 'backstage.io/kubernetes-id': 'x' })!;
    expect(selectsCluster(all, 'any')).toBe(true);
    const some = parseEntitySelection({
      'backstage.io/kubernetes-id': 'x',
      'backstage.io/kubernetes-cluster': 'prod-eu, staging',
    })!;
    expect(selectsCluster(some, 'staging')).toBe(true);
    expect(selectsCluster(some, 'prod-us')).toBe(false);
  });
});

describe('label selectors', () => {
  const labels = { app: 'orders', tier: 'web', empty: '' };
  it.each([
    ['app=orders', true],
    ['app == orders, tier!=db', true],
    ['app!=orders', false],
    ['app in (orders, carts),tier notin (db)', true],
    ['missing notin (x)', true],
    ['missing!=x', true],
    ['missing=x', false],
    ['tier', true],
    ['!tier', false],
    ['!missing', true],
    ['empty=', true],
    ['toString', false],
    ['', true],
  ])('%s: %s', (selector, matches) => {
    expect(matchesSelector(labels, parseSelector(selector))).toBe(matches);
  });

  it.each(['app=a b', 'in (x)', 'app in x', '=x'])('refuses %j', selector => {
    expect(() => parseSelector(selector)).toThrow(
      /of the annotation backstage\.io\/kubernetes-label-selector is not a label requirement/,
    );
  });
});
