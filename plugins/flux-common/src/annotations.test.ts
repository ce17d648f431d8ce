import { parseFluxResources } from './annotations';

const kustomization = (namespace: string, name: string) => ({
  group: 'kustomize.toolkit.fluxcd.io',
  kind: 'Kustomization',
  namespace,
  name,
});

describe('parseFluxResources', () => {
  it('reads several objects, whatever the case and the spaces', () => {
    expect(
      parseFluxResources(
        ' kustomization:orders/orders, Kustomization:orders/orders-images ,helmrelease:orders/redis,',
      ),
    ).toEqual([
      kustomization('orders', 'orders'),
      kustomization('orders', 'orders-images'),
      {
        group: 'helm.toolkit.fluxcd.io',
        kind: 'HelmRelease',
        namespace: 'orders',
        name: 'redis',
      },
    ]);
  });

  it('counts an object once', () => {
    expect(
      parseFluxResources('kustomization:a/b,kustomization:a/b'),
    ).toHaveLength(1);
  });

  it.each([
    ['', /fluxcd\.io\/resources is empty; expected kind:namespace\/name/],
    ['orders', /'orders' of the annotation .* names no kind; expected/],
    ['ks:orders/orders', /unknown kind 'ks' \(known: .*kustomization/],
    ['kustomization:orders', /needs one namespace and one name/],
    ['kustomization:a/b/c', /needs one namespace and one name/],
    ['kustomization:Orders/x', /wrong namespace/],
    [
      'kustomization:a/b, kustomization:a/B C',
      /'kustomization:a\/B C'.*wrong name/,
    ],
    ['deployment:a/b', /unknown kind 'deployment'/],
  ])('refuses %j and says what is wrong', (value, message) => {
    expect(() => parseFluxResources(value)).toThrow(message);
  });
});
