/**
 * The Flux tab and card of catalog entities.
 *
 * @packageDocumentation
 */
export { fluxPlugin as default } from './plugin';
export {
  FluxClient,
  fluxApiRef,
  type EntityViewAnswer,
  type EntityViewEvent,
  type FluxApi,
} from './api';
export { fluxTranslationRef } from './translation';
