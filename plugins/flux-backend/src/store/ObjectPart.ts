import {
  ObjectRef,
  objectKey,
  Projection,
} from '@backstage-flux/plugin-flux-common';
import { ReflectorTarget } from '../watch/Reflector';
import { RawObject } from '../watch/watchEvents';

/** What one watch tells of a cluster. */
export class ObjectPart implements ReflectorTarget {
  readonly #whole: {
    project(raw: object): Projection;
    put(p: Projection): Projection;
    gone(p: Projection): void;
    closed(): void;
  };
  #known = new Map<string, Projection>();

  constructor(whole: {
    project(raw: object): Projection;
    put(p: Projection): Projection;
    gone(p: Projection): void;
    closed(): void;
  }) {
    this.#whole = whole;
  }

  get(ref: ObjectRef): Projection | undefined {
    return this.#known.get(objectKey(ref));
  }

  has(ref: ObjectRef): boolean {
    return this.#known.has(objectKey(ref));
  }

  put(raw: RawObject) {
    const p = this.#whole.project(raw);
    this.#known.set(objectKey(p.ref), this.#whole.put(p));
  }

  remove(raw: RawObject) {
    const p = this.#whole.project(raw);
    if (this.#known.delete(objectKey(p.ref))) {
      this.#whole.gone(p);
    }
  }

  replace() {
    const next = new Map<string, Projection>();
    return {
      put: (raw: RawObject) => {
        const p = this.#whole.project(raw);
        next.set(objectKey(p.ref), p);
      },
      remove: (raw: RawObject) => {
        next.delete(objectKey(this.#whole.project(raw).ref));
      },
      commit: () => {
        const before = this.#known;
        this.#known = next;
        for (const [key, p] of next) {
          next.set(key, this.#whole.put(p));
        }
        for (const [key, p] of before) {
          if (!next.has(key)) {
            this.#whole.gone(p);
          }
        }
      },
    };
  }

  /** Forgets what this watch told. */
  close() {
    this.#whole.closed();
    const known = this.#known;
    this.#known = new Map();
    for (const p of known.values()) {
      this.#whole.gone(p);
    }
  }
}
