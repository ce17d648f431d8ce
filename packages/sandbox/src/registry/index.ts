export {
  startRegistry,
  type RegistryFault,
  type RegistryOptions,
  type RegistryServer,
} from './server';
export { extractImageLayout, pushImageLayout } from './imageLayout';
export { pushImage, type ImageOptions } from './pushImage';
