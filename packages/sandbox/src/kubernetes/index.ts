export {
  startKubernetesApi,
  type KubernetesApi,
  type KubernetesApiOptions,
} from './startKubernetesApi';
export type { TokenConfig } from './Authenticator';
export type { Fault } from './Faults';
