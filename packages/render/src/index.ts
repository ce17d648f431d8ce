/**
 * Renders templates through the scaffolder's own dry run.
 *
 * @packageDocumentation
 */
export { startRenderer } from './startRenderer';
export type { Files, Renderer } from './startRenderer';
