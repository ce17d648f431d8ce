/**
 * A module of the Kubernetes plugin that lets the Flux plugins reach its clusters directly, over HTTP/2, and
 * keeps one access token for all GKE clusters.
 *
 * @packageDocumentation
 */
export { kubernetesModuleFlux as default } from './module';
