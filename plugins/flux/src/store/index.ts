export { useFluxEntity, type FluxEntity } from './useFluxEntity';
export type { Freshness } from './FluxEntityStore';
export {
  FluxActionsProvider,
  scopeKey,
  useFluxActions,
  type ActionFailure,
  type FluxActions,
} from './useFluxActions';
export {
  useCanRead,
  useDeniedActions,
  type FluxAction,
} from './useFluxPermissions';
export { useFluxClusters } from './useFluxClusters';
