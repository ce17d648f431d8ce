import { RESOURCE_TYPES, type ResourceType } from './kinds';

/** The kinds that an API server serves at present. */
export class ServedTypes {
  readonly #hidden = new Set<ResourceType>();

  get all(): ResourceType[] {
    return RESOURCE_TYPES.filter(type => this.has(type));
  }

  has(type: ResourceType): boolean {
    return !this.#hidden.has(type);
  }

  /** Returns the types that it concerns. @throws Error when no such kind is known. */
  set(group: string, kind: string, served: boolean): ResourceType[] {
    const types = RESOURCE_TYPES.filter(
      type => type.group === group && type.kind === kind,
    );
    if (!types.length) {
      throw new Error(
        `The sandbox knows no kind ${kind} in group '${group}'; see kubernetes/kinds.ts for those it does`,
      );
    }
    for (const type of types) {
      if (served) {
        this.#hidden.delete(type);
      } else {
        this.#hidden.add(type);
      }
    }
    return types;
  }
}
