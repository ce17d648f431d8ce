import {
  matchesSelector,
  parseSelector,
} from '@backstage-flux/plugin-flux-common';
import { ServedKind } from './kinds';

export interface StoredObject {
  kind: ServedKind;
  namespace: string;
  name: string;
  labels: Record<string, string>;
  /** Grows with each change in the cluster. */
  version: number;
  json: Buffer;
}

export interface Selection {
  kind: ServedKind;
  namespace?: string;
  labelSelector?: string;
}

interface Watch {
  selected: (object: StoredObject) => boolean;
  send: (line: Buffer) => void;
}

type Change = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: StoredObject };

const COMMA = Buffer.from(',');
const ID_LABEL = 'backstage.io/kubernetes-id';
const KEPT_CHANGES = 20_000;

/**
 * What one API server answers, made to cost little: objects are bytes that are sent as they are, and the
 * selector of the baseline's lists is looked up, not searched for, which is faster than a real API server.
 */
export class FakeCluster {
  #version = 1_000;
  readonly #objects = new Map<string, Map<string, StoredObject>>();
  readonly #byId = new Map<string, Set<StoredObject>>();
  readonly #changes: Change[] = [];
  readonly #watches = new Set<Watch>();

  get watches(): number {
    return this.#watches.size;
  }

  nextVersion(): number {
    this.#version += 1;
    return this.#version;
  }

  put(object: StoredObject) {
    const key = keyOf(object);
    const objects = this.#objects.get(object.kind.plural) ?? new Map();
    this.#objects.set(object.kind.plural, objects);
    const before = objects.get(key);
    objects.set(key, object);
    const id = idKey(object.kind, object.labels[ID_LABEL]);
    const same = this.#byId.get(id) ?? new Set();
    this.#byId.set(id, same);
    same.delete(before);
    same.add(object);
    this.#tell({ type: before ? 'MODIFIED' : 'ADDED', object });
  }

  /** Deletes all objects, which all watches are told. */
  empty() {
    for (const objects of this.#objects.values()) {
      for (const object of objects.values()) {
        this.#tell({ type: 'DELETED', object });
      }
    }
    this.#objects.clear();
    this.#byId.clear();
  }

  find(kind: ServedKind, namespace: string, name: string) {
    return this.#objects.get(kind.plural)?.get(`${namespace}/${name}`);
  }

  list(
    selection: Selection,
    page: { limit?: number; continue?: string } = {},
  ): Buffer {
    const all = this.#select(selection);
    const [version, start] = page.continue
      ? page.continue.split('.').map(Number)
      : [this.#version, 0];
    const end = start + (page.limit || Infinity);
    const next = end < all.length ? `${version}.${end}` : undefined;
    const { group, version: apiVersion, kind } = selection.kind;
    const head = JSON.stringify({
      kind: `${kind}List`,
      apiVersion: group ? `${group}/${apiVersion}` : apiVersion,
      metadata: {
        resourceVersion: String(version),
        ...(next && {
          continue: next,
          remainingItemCount: all.length - end,
        }),
      },
    });
    const parts = [Buffer.from(`${head.slice(0, -1)},"items":[`)];
    all.slice(start, end).forEach((object, i) => {
      if (i) {
        parts.push(COMMA);
      }
      parts.push(object.json);
    });
    parts.push(Buffer.from(']}\n'));
    return Buffer.concat(parts);
  }

  /**
   * Begins with all objects, then tells what changes; or goes on from a version.
   *
   * @returns How to end it; undefined when the version is too old.
   */
  watch(
    selection: Selection,
    from: { version?: number; bookmark: boolean },
    send: (line: Buffer) => void,
  ): (() => void) | undefined {
    const selected = predicateOf(selection);
    if (from.version === undefined) {
      for (const object of this.#select(selection)) {
        send(line('ADDED', object.json));
      }
      if (from.bookmark) {
        send(
          this.bookmark(selection.kind, {
            'k8s.io/initial-events-end': 'true',
          }),
        );
      }
    } else {
      const { version } = from;
      const oldest = this.#changes[0]?.object.version ?? this.#version;
      if (this.#changes.length === KEPT_CHANGES && version < oldest) {
        return undefined;
      }
      for (const { type, object } of this.#changes) {
        if (object.version > version && selected(object)) {
          send(line(type, object.json));
        }
      }
    }
    const watch = { selected, send };
    this.#watches.add(watch);
    return () => this.#watches.delete(watch);
  }

  bookmark(kind: ServedKind, annotations?: Record<string, string>): Buffer {
    const { group, version } = kind;
    const metadata = {
      resourceVersion: String(this.#version),
      creationTimestamp: null,
      ...(annotations && { annotations }),
    };
    const object = {
      kind: kind.kind,
      apiVersion: group ? `${group}/${version}` : version,
      metadata,
    };
    return line('BOOKMARK', Buffer.from(JSON.stringify(object)));
  }

  #tell(change: Change) {
    this.#changes.push(change);
    if (this.#changes.length > KEPT_CHANGES) {
      this.#changes.shift();
    }
    let bytes: Buffer | undefined;
    for (const watch of this.#watches) {
      if (watch.selected(change.object)) {
        bytes ??= line(change.type, change.object.json);
        watch.send(bytes);
      }
    }
  }

  #select(selection: Selection): StoredObject[] {
    const { kind, labelSelector = '' } = selection;
    const id = new RegExp(`^${ID_LABEL}=([^,]+)$`).exec(labelSelector)?.[1];
    const candidates = id
      ? this.#byId.get(idKey(kind, id)) ?? []
      : this.#objects.get(kind.plural)?.values() ?? [];
    return [...candidates].filter(predicateOf(selection));
  }
}

function line(type: string, json: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`{"type":"${type}","object":`),
    json,
    Buffer.from('}\n'),
  ]);
}

function keyOf({ namespace, name }: StoredObject) {
  return `${namespace}/${name}`;
}

function idKey(kind: ServedKind, id: string | undefined) {
  return `${kind.plural}/${id}`;
}

function predicateOf({ kind, namespace, labelSelector }: Selection) {
  const requirements = parseSelector(labelSelector ?? '');
  return (object: StoredObject) =>
    object.kind === kind &&
    (!namespace || object.namespace === namespace) &&
    matchesSelector(object.labels, requirements);
}
