import * as discovery from './discovery';

/** What is said under a path of discovery; undefined when there is nothing. */
export function discoveryOf(
  path: string,
  aggregated: boolean,
  host: string | undefined,
): unknown {
  const parts = path.split('/').filter(Boolean);
  if (path === '/version') {
    return discovery.version;
  }
  if (parts[0] === 'api' && parts.length <= 2) {
    if (parts.length === 1) {
      return aggregated
        ? discovery.aggregatedDiscovery(true)
        : discovery.apiVersions(host ?? '');
    }
    return discovery.apiResourceList('', parts[1]);
  }
  if (parts[0] !== 'apis' || parts.length > 3) {
    return undefined;
  }
  if (parts.length === 1) {
    return aggregated
      ? discovery.aggregatedDiscovery(false)
      : discovery.apiGroupList();
  }
  if (parts.length === 2) {
    return discovery.versionsOf(parts[1]).length
      ? discovery.apiGroup(parts[1])
      : undefined;
  }
  return discovery.apiResourceList(parts[1], parts[2]);
}
