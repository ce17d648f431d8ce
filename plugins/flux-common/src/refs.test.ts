import { describeRef, parseResourceId, resourceId, sameResource } from './refs';

const ref = {
  cluster: 'prod-eu',
  group: 'apps',
  kind: 'Deployment',
  namespace: 'orders',
  name: 'orders',
};

describe('resource ids', () => {
  it.each([
    [ref, 'prod-eu/apps/Deployment/orders/orders'],
    [{ ...ref, group: '', kind: 'Pod' }, 'prod-eu//Pod/orders/orders'],
    [
      { ...ref, group: '', kind: 'Namespace', namespace: '' },
      'prod-eu//Namespace//orders',
    ],
    [
      { ...ref, cluster: 'projects/acme/eu 1' },
      'projects%2Facme%2Feu%201/apps/Deployment/orders/orders',
    ],
  ])('%j is %s, both ways', (value, id) => {
    expect(resourceId(value)).toBe(id);
    expect(parseResourceId(id)).toEqual(value);
  });

  it.each([
    '',
    'a/b',
    'c/g/K/ns/name/more',
    '/g/K/ns/name',
    'c/g//ns/n',
    '%E0/g/K/n/n',
  ])('%j is refused with what is expected', id => {
    expect(() => parseResourceId(id)).toThrow(
      /resource id.*(expected|URI-encoded)/,
    );
  });

  it('are equal only for the same object', () => {
    expect(sameResource(ref, { ...ref })).toBe(true);
    expect(sameResource(ref, { ...ref, cluster: 'staging' })).toBe(false);
    expect(describeRef(ref)).toBe('Deployment orders');
  });
});
