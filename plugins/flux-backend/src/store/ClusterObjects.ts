import { isDeepStrictEqual } from 'node:util';
import {
  LiveProjectionIndex,
  ObjectRef,
  project,
  Projection,
} from '@backstage-flux/plugin-flux-common';
import { RawObject } from '../watch/watchEvents';
import { ObjectPart } from './ObjectPart';

type OnChange = (before?: Projection, after?: Projection) => void;

/** The type of what a list holds, whose items don't tell their own. */
export interface ObjectType {
  apiVersion: string;
  kind: string;
}

/**
 * What is kept of the objects of one cluster: projections, under one index. Several watches may tell of the
 * same kind, each of its own part; an object is gone when none of them has it any more.
 */
export class ClusterObjects {
  readonly index = new LiveProjectionIndex();
  readonly #cluster: string;
  readonly #onChange: OnChange;
  readonly #parts = new Map<string, Set<ObjectPart>>();

  constructor(cluster: string, onChange: OnChange) {
    this.#cluster = cluster;
    this.#onChange = onChange;
  }

  /** The place for what one watch tells. */
  addPart(type: ObjectType): ObjectPart {
    const siblings = this.#parts.get(type.kind) ?? new Set();
    this.#parts.set(type.kind, siblings);
    const part = new ObjectPart({
      project: raw => project(this.#cluster, raw, type),
      put: p => this.#put(p),
      gone: p => {
        // What another watch tells of it may be older than what this one told last
        const kept = [...siblings].flatMap(each => each.get(p.ref) ?? []);
        if (kept.length) {
          this.#put(kept[0]);
        } else {
          this.#delete(p.ref);
        }
      },
      closed: () => siblings.delete(part),
    });
    siblings.add(part);
    return part;
  }

  /** Takes an object that came in another way than by a watch; only one that a watch tells of is kept. */
  observe(raw: object) {
    const p = project(this.#cluster, raw);
    const part = [...(this.#parts.get(p.ref.kind) ?? [])].find(each =>
      each.has(p.ref),
    );
    part?.put(raw as RawObject);
  }

  /** Returns what is kept: the one that was there, where nothing that is shown has changed. */
  #put(p: Projection): Projection {
    const before = this.index.find(p.ref);
    if (before && isDeepStrictEqual(before, p)) {
      return before;
    }
    this.index.put(p);
    this.#onChange(before, p);
    return p;
  }

  #delete(ref: ObjectRef) {
    const before = this.index.delete(ref);
    if (before) {
      this.#onChange(before, undefined);
    }
  }
}
