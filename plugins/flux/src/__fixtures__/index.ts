export * from './clusters';
export * from './resources';
export * from './views';
export { FakeFluxApi } from './FakeFluxApi';
