import { useApi } from '@backstage/frontend-plugin-api';
import { useMemo, useSyncExternalStore } from 'react';
import { FluxApi, fluxApiRef } from '../api';
import { FluxEntitySnapshot } from './FluxEntityStore';
import { FluxStream } from './FluxStream';

// Keyed by the client, so that stores live as long as the app that owns it, and not one test longer.
const streams = new WeakMap<FluxApi, FluxStream>();

function streamOf(api: FluxApi): FluxStream {
  let stream = streams.get(api);
  if (!stream) {
    stream = new FluxStream(api);
    streams.set(api, stream);
  }
  return stream;
}

const nothing = () => () => {};

/** The snapshot of an entity, and how to bring it up to date now. */
export interface FluxEntity extends FluxEntitySnapshot {
  refresh(): void;
}

/**
 * What is known of an entity, kept current while a component that uses it is mounted. All
 * components of the page share one stream.
 *
 * @param entityRef - full entity reference, as `stringifyEntityRef` gives it
 * @param options - `enabled: false` asks for nothing, e.g. while the permission is not known
 */
export function useFluxEntity(
  entityRef: string,
  options: { enabled: boolean } = { enabled: true },
): FluxEntity {
  const api = useApi(fluxApiRef);
  const store = useMemo(
    () => streamOf(api).storeOf(entityRef),
    [api, entityRef],
  );
  const snapshot = useSyncExternalStore(
    options.enabled ? store.subscribe : nothing,
    store.getSnapshot,
  );
  return useMemo(
    () => ({ ...snapshot, refresh: store.refresh }),
    [snapshot, store],
  );
}
