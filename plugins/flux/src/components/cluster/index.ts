export { ClusterCard } from './ClusterCard';
export { isLost } from './connection';
