import { FluxConfig } from './config';

/** Web addresses by Git host, as links to commits are made from. */
export function webBaseUrlsOf(
  gitHosts: FluxConfig['gitHosts'],
): Record<string, string> {
  return Object.fromEntries(gitHosts.map(({ host, webUrl }) => [host, webUrl]));
}
