import { createDeferred } from '@backstage/types';
import { abortable } from './abortable';
import { ClusterAccess } from './ClusterAccess';
import type { DirectClusterAccess } from './directClusterAccessServiceRef';

export class DirectClusterAccessHolder implements DirectClusterAccess {
  #access?: ClusterAccess;
  readonly #decided = createDeferred();

  provide(access: ClusterAccess) {
    this.#access = access;
    this.#decided.resolve();
  }

  waitNoLonger() {
    this.#decided.resolve();
  }

  async get(options?: { signal?: AbortSignal }) {
    await abortable(this.#decided, options?.signal);
    return this.#access;
  }
}
