export {
  startRegistry,
  type RegistryFault,
  type RegistryOptions,
  type RegistryServer,
} from './server';
export { pushImage, type ImageOptions } from './pushImage';
