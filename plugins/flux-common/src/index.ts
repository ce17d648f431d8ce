/**
 * The Flux model: kinds, status, revisions, inventory, images, permissions and API types.
 *
 * @packageDocumentation
 */
export * from './actionsApi';
export * from './annotations';
export * from './api';
export * from './cause';
export * from './chain';
export * from './closure';
export * from './commitUrl';
export * from './entityView';
export * from './images';
export * from './inventory';
export * from './kinds';
export type {
  components as FluxApiComponents,
  operations as FluxApiOperations,
  paths as FluxApiPaths,
} from './openapi.generated';
export * from './permissions';
export * from './projection/events';
export * from './projection/project';
export * from './projection/types';
export {
  createProjectionIndex,
  isProjectionIndex,
  LiveProjectionIndex,
  type ProjectionIndex,
} from './projectionIndex';
export * from './projectionTopics';
export * from './redact';
export * from './refs';
export * from './resourceRow';
export * from './revisions';
export * from './selection';
export * from './selector';
export * from './stateOrder';
export * from './status';
export * from './versions';
export { explainMessage } from './words/explain';
export type { Explanation } from './words/types';
