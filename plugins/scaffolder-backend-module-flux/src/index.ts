/**
 * Scaffolder actions that put a repository under Flux.
 *
 * @packageDocumentation
 */
export { scaffolderModuleFlux as default } from './module';
