/**
 * GitHub, an image registry, Kubernetes and Flux on loopback, to try Backstage Flux without an account.
 *
 * @packageDocumentation
 */
export { sandboxServiceFactory as default } from './service';
