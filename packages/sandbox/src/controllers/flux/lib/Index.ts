import type { ObjectKey } from '../../client';
import { keyString } from '../../workQueue';

/** Which objects refer to an object, so that a change of it finds them. */
export class Index {
  readonly #references = new Map<
    string,
    { key: ObjectKey; targets: Set<string> }
  >();

  /** What the object refers to, from now on. */
  set(key: ObjectKey, targets: ObjectKey[]): void {
    this.#references.set(keyString(key), {
      key,
      targets: new Set(targets.map(keyString)),
    });
  }

  /** The objects that refer to the target. */
  get(target: ObjectKey): ObjectKey[] {
    const id = keyString(target);
    return [...this.#references.values()]
      .filter(({ targets }) => targets.has(id))
      .map(({ key }) => key);
  }
}
