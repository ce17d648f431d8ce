export { fluxApiRef, type EntityViewAnswer, type FluxApi } from './fluxApi';
export { FluxClient } from './FluxClient';
