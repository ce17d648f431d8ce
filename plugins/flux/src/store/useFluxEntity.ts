import { useApi } from '@backstage/frontend-plugin-api';
import { useMemo, useSyncExternalStore } from 'react';
import { FluxApi, fluxApiRef } from '../api';
import { FluxEntitySnapshot, FluxEntityStore } from './FluxEntityStore';
import { PollingFeed } from './PollingFeed';

// Keyed by the client, so that stores live as long as the app that owns it, and not one test longer.
const storesOf = new WeakMap<FluxApi, Map<string, FluxEntityStore>>();

function storeOf(api: FluxApi, entityRef: string): FluxEntityStore {
  let stores = storesOf.get(api);
  if (!stores) {
    stores = new Map();
    storesOf.set(api, stores);
  }
  let store = stores.get(entityRef);
  if (!store) {
    store = new FluxEntityStore(new PollingFeed(api, entityRef));
    stores.set(entityRef, store);
  }
  return store;
}

const nothing = () => () => {};

/** The snapshot of an entity, and how to bring it up to date now. */
export interface FluxEntity extends FluxEntitySnapshot {
  refresh(): void;
}

/**
 * What is known of an entity, kept current while a component that uses it is mounted. All
 * components that ask for the same entity share one feed.
 *
 * @param entityRef - full entity reference
 * @param options - `enabled: false` asks for nothing, e.g. while the permission is not known
 */
export function useFluxEntity(
  entityRef: string,
  options: { enabled: boolean } = { enabled: true },
): FluxEntity {
  const api = useApi(fluxApiRef);
  const store = useMemo(() => storeOf(api, entityRef), [api, entityRef]);
  const snapshot = useSyncExternalStore(
    options.enabled ? store.subscribe : nothing,
    store.getSnapshot,
  );
  return useMemo(
    () => ({ ...snapshot, refresh: store.refresh }),
    [snapshot, store],
  );
}
