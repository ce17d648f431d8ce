import { project } from '../projection/project';
import type { Projection } from '../projection/types';
import {
  createProjectionIndex,
  type ProjectionIndex,
} from '../projectionIndex';
import { objectFiles, recordedObjects } from './recordings';

interface Recorded {
  state: string;
  /** The application `payments` was recorded in a cluster of its own. */
  cluster: 'payments' | 'shop';
  version: number;
  projection: Projection;
}

const all: Recorded[] = objectFiles.flatMap(file =>
  recordedObjects(file).map(object => ({
    state: file.split('.')[0],
    cluster: /payments/.test(file) ? ('payments' as const) : ('shop' as const),
    version: Number(object.metadata.resourceVersion),
    projection: project('test', object),
  })),
);

/**
 * A cluster at the moment of a recorded state: of each object what was recorded last until then. What was
 * suspended only to be recorded so was resumed afterwards.
 */
export function moment(state: string): ProjectionIndex {
  const here = all.filter(r => r.state === state);
  const until = Math.max(...here.map(r => r.version));
  return createProjectionIndex(
    all
      .filter(r => r.cluster === here[0].cluster && r.version <= until)
      .filter(r => r.state === state || r.state !== 'suspended')
      .sort((a, b) => a.version - b.version)
      .map(r => r.projection),
  );
}
