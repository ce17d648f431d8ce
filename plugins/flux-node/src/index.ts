/**
 * What the backends of Backstage Flux share: how clusters are reached and how configuration is read.
 *
 * @packageDocumentation
 */
export type {
  ClusterAccess,
  ClusterDetails,
  ClusterRequestInit,
} from './ClusterAccess';
export { clusterAccessServiceRef } from './clusterAccessServiceRef';
export {
  directClusterAccessServiceRef,
  type DirectClusterAccess,
} from './directClusterAccessServiceRef';
export { abortable } from './abortable';
export { readStrictConfig } from './readStrictConfig';
export { parseStrict } from './parseStrict';
export { configDuration } from './configDuration';
