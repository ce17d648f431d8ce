export { startKubernetesApi } from './startKubernetesApi';
export type {
  KubernetesApi,
  KubernetesApiOptions,
  ReceivedRequest,
} from './KubernetesApi';
export type { TokenConfig } from './Authenticator';
export type { Fault, FaultPath, WatchFault } from './Faults';
export type { StoreSnapshot } from './ObjectStore';
export type { KubernetesObject, ObjectKey } from '../controllers/client';
