export {
  fluxApiRef,
  type EntityViewAnswer,
  type EntityViewEvent,
  type FluxApi,
} from './fluxApi';
export { FluxClient } from './FluxClient';
