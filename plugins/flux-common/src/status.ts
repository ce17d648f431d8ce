export { resourceStatus } from './status/status';
export type { StatusContext } from './status/types';
