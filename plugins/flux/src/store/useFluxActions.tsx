import {
  ActionResponse,
  ResourceView,
  resourceId,
} from '@backstage-flux/plugin-flux-common';
import { toError } from '@backstage/errors';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  createContext,
  ReactNode,
  useCallback,
  useContext,
  useMemo,
  useState,
} from 'react';
import { fluxApiRef } from '../api';
import { errorText } from '../lib';
import {
  DeniedActions,
  FluxAction,
  useDeniedActions,
} from './useFluxPermissions';

/** An action that did not work, to be told where it was asked for. */
export interface ActionFailure {
  action: FluxAction;
  message: string;
}

/** The actions on an entity's objects, and how each of them is getting on. */
export interface FluxActions {
  denied: DeniedActions;
  /** What runs now, by resource id or scope. */
  pending: Readonly<Record<string, FluxAction>>;
  /** What failed, by resource id or scope. */
  failures: Readonly<Record<string, ActionFailure>>;
  dismiss(key: string): void;
  /** Reconciles the entity's roots, everywhere or in one cluster. */
  reconcileAll(options: { cluster?: string; withSource: boolean }): void;
  reconcile(resource: ResourceView): void;
  /** Resolves to whether it worked. */
  suspend(resource: ResourceView, reason: string): Promise<boolean>;
  resume(resource: ResourceView): void;
}

/** Key of what is asked for a cluster's roots, or for those of all clusters. */
export function scopeKey(cluster?: string): string {
  return cluster ? `cluster:${cluster}` : 'entity';
}

const ActionsContext = createContext<FluxActions | undefined>(undefined);

/** The actions of the surrounding {@link FluxActionsProvider}. */
export function useFluxActions(): FluxActions {
  const actions = useContext(ActionsContext);
  if (!actions) {
    throw new Error('useFluxActions was called outside FluxActionsProvider');
  }
  return actions;
}

/** Lets everything below act on an entity's objects. */
export function FluxActionsProvider(props: {
  entityRef: string;
  /** Called after each action, so that its effect is seen at once. */
  onActed: () => void;
  children: ReactNode;
}) {
  const { entityRef, onActed, children } = props;
  const api = useApi(fluxApiRef);
  const denied = useDeniedActions(entityRef);
  const [pending, setPending] = useState<Record<string, FluxAction>>({});
  const [failures, setFailures] = useState<Record<string, ActionFailure>>({});

  const dismiss = useCallback(
    (key: string) => setFailures(all => without(all, key)),
    [],
  );

  const run = useCallback(
    async (
      key: string,
      action: FluxAction,
      call: () => Promise<ActionResponse>,
    ): Promise<boolean> => {
      dismiss(key);
      setPending(all => ({ ...all, [key]: action }));
      let failed: Record<string, ActionFailure>;
      try {
        failed = failuresOf(action, await call());
      } catch (error) {
        failed = { [key]: { action, message: errorText(toError(error)) } };
      }
      setFailures(all => ({ ...all, ...failed }));
      setPending(all => without(all, key));
      onActed();
      return Object.keys(failed).length === 0;
    },
    [dismiss, onActed],
  );

  const actions = useMemo<FluxActions>(
    () => ({
      denied,
      pending,
      failures,
      dismiss,
      reconcileAll: options =>
        void run(scopeKey(options.cluster), 'reconcile', () =>
          api.reconcile(entityRef, options),
        ),
      reconcile: ({ id, ref }) =>
        void run(id, 'reconcile', () =>
          api.reconcile(entityRef, { resources: [ref] }),
        ),
      suspend: ({ id, ref }, reason) =>
        run(id, 'suspend', () =>
          api.suspend(entityRef, { resources: [ref], reason }),
        ),
      resume: ({ id, ref }) =>
        void run(id, 'resume', () =>
          api.resume(entityRef, { resources: [ref] }),
        ),
    }),
    [api, denied, dismiss, entityRef, failures, pending, run],
  );

  return (
    <ActionsContext.Provider value={actions}>
      {children}
    </ActionsContext.Provider>
  );
}

function failuresOf(
  action: FluxAction,
  { results }: ActionResponse,
): Record<string, ActionFailure> {
  return Object.fromEntries(
    results
      .filter(each => !each.ok)
      .map(each => [
        resourceId(each.ref),
        { action, message: each.error ?? '' },
      ]),
  );
}

function without<T>(all: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = all;
  return rest;
}
