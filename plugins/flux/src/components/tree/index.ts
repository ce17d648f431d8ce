export { ResourceTree } from './ResourceTree';
export { treeLines, type TreeLine } from './treeLines';
export { useFolding } from './useFolding';
