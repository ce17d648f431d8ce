/**
 * Scaffolder actions that put a repository under Flux.
 *
 * @packageDocumentation
 */
export { scaffolderModuleFlux as default } from './module';
export { createApplyAction } from './actions/apply';
export { createCheckEnrolmentAction } from './actions/checkEnrolment';
export { createDeployKeyAction } from './actions/createDeployKey';
