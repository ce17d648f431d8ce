import type { Projection } from './projection/types';
import { namedRef, ownerKeys, type ProjectionIndex } from './projectionIndex';
import { parseInventoryId } from './inventory';
import { objectKey } from './refs';

const ANY = '*';
const topics = {
  object: (key: string) => key,
  appliedBy: (key: string) => `applied ${key}`,
  ownedBy: (key: string) => `owned ${key}`,
  namedBy: (key: string) => `named ${key}`,
  kind: (kind: string, namespace: string) => `kind ${kind} ${namespace}`,
  label: (key: string, value: string) => `label ${key} ${value}`,
};

/**
 * What can be asked of an index whose answer has this object in it. Where an object changes, the topics of
 * what it was and of what it is tell whose answers have changed.
 *
 * @public
 */
export function topicsOf(p: Projection): string[] {
  const { kind, namespace } = p.ref;
  const named = namedRef(p);
  return [
    ANY,
    topics.object(objectKey(p.ref)),
    topics.kind(kind, namespace),
    topics.kind(kind, ANY),
    ...(p.appliedBy ? [topics.appliedBy(objectKey(p.appliedBy))] : []),
    ...ownerKeys(p).map(topics.ownedBy),
    ...(named ? [topics.namedBy(objectKey(named))] : []),
    ...Object.entries(p.labels).flatMap(([key, value]) => [
      topics.label(key, value),
      topics.label(key, ANY),
    ]),
  ];
}

/**
 * An index that tells what it is asked, as topics (see {@link topicsOf}), so that whoever made something
 * from its answers knows when to make it again.
 *
 * @public
 */
export function recordTopics(
  index: ProjectionIndex,
  record: (topic: string) => void,
): ProjectionIndex {
  return {
    get size() {
      return index.size;
    },
    all: () => {
      record(ANY);
      return index.all();
    },
    find: ref => {
      record(topics.object(objectKey(ref)));
      return index.find(ref);
    },
    appliedBy: applier => {
      record(topics.appliedBy(objectKey(applier.ref)));
      for (const id of applier.applier?.inventory ?? []) {
        const ref = parseInventoryId(id);
        if (ref) record(topics.object(objectKey(ref)));
      }
      return index.appliedBy(applier);
    },
    ownedBy: owner => {
      record(topics.ownedBy(objectKey(owner.ref)));
      return index.ownedBy(owner);
    },
    namedBy: ref => {
      record(topics.namedBy(objectKey(ref)));
      return index.namedBy(ref);
    },
    ofKind: (kind, namespaces) => {
      for (const namespace of namespaces ?? [ANY]) {
        record(topics.kind(kind, namespace));
      }
      return index.ofKind(kind, namespaces);
    },
    withLabel: (key, values) => {
      for (const value of values ?? [ANY]) record(topics.label(key, value));
      return index.withLabel(key, values);
    },
  };
}
