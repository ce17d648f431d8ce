import { Entity } from '@backstage/catalog-model';

const annotations = [
  'fluxcd.io/resources',
  'backstage.io/kubernetes-id',
  'backstage.io/kubernetes-label-selector',
  'backstage.io/kubernetes-namespace',
];

/** Whether an entity says which objects of a cluster are its own. */
export function namesResources(entity: Entity): boolean {
  return annotations.some(each => entity.metadata.annotations?.[each]);
}

/**
 * Which entities have the tab: those that name objects, and every Component, whose tab says how to
 * name them.
 */
export function hasFluxTab(entity: Entity): boolean {
  return isKind(entity, 'component') || namesResources(entity);
}

/** Which entities have the card: those that name objects, and what is meant to run somewhere. */
export function hasFluxCard(entity: Entity): boolean {
  return (
    namesResources(entity) ||
    (isKind(entity, 'component') &&
      ['service', 'website'].includes(String(entity.spec?.type)))
  );
}

function isKind(entity: Entity, kind: string): boolean {
  return entity.kind.toLocaleLowerCase('en-US') === kind;
}
