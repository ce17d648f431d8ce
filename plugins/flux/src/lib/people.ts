import { parseEntityRef } from '@backstage/catalog-model';
import { humanizeEntityRef } from '@backstage/plugin-catalog-react';

/** `user:guest` for `user:default/guest`; what is not an entity reference is shown as it is. */
export function personName(entityRef: string): string {
  try {
    return humanizeEntityRef(parseEntityRef(entityRef));
  } catch {
    return entityRef;
  }
}
