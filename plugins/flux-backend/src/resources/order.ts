import { InputError } from '@backstage/errors';
import { resourceStates } from '@backstage-flux/plugin-flux-common';
import { z } from 'zod';
import { Row } from './ResourceRows';

export type Sort =
  | 'state'
  | 'name'
  | 'kind'
  | 'cluster'
  | 'namespace'
  | 'since';

type Value = string | number;

/** Where a row is in a list: what is sorted by, then name and id, so that no two are in one place. */
export type Place = [value: Value, name: string, id: string];

const ranks = new Map(resourceStates.map((state, rank) => [state, rank]));

const values: Record<Sort, (row: Row) => Value> = {
  state: ({ status }) => ranks.get(status.state)!,
  since: ({ status }) => status.since ?? '',
  name: ({ projection }) => projection.ref.name,
  kind: ({ projection }) => projection.ref.kind,
  cluster: ({ projection }) => projection.ref.cluster,
  namespace: ({ projection }) => projection.ref.namespace,
};

/** The order of a list. */
export class Order {
  readonly #name: string;
  readonly #value: (row: Row) => Value;
  readonly #sign: 1 | -1;

  constructor(sort: Sort, order?: 'asc' | 'desc') {
    const direction = order ?? (sort === 'since' ? 'desc' : 'asc');
    this.#name = `${sort} ${direction}`;
    this.#value = values[sort];
    this.#sign = direction === 'asc' ? 1 : -1;
  }

  readonly compare = (a: Row, b: Row): number =>
    this.#sign *
    (compareValues(this.#value(a), this.#value(b)) ||
      compareValues(a.projection.ref.name, b.projection.ref.name) ||
      compareValues(a.projection.id, b.projection.id));

  /** Whether a row comes after a place, whose own row may be gone. */
  follows(row: Row, [value, name, id]: Place): boolean {
    const { projection } = row;
    const difference =
      compareValues(this.#value(row), value) ||
      compareValues(projection.ref.name, name) ||
      compareValues(projection.id, id);
    return this.#sign * difference > 0;
  }

  cursor(row: Row): string {
    const { id, ref } = row.projection;
    return Buffer.from(
      JSON.stringify([this.#name, this.#value(row), ref.name, id]),
    ).toString('base64url');
  }

  /** @throws InputError when it isn't a cursor of a list in this order. */
  readCursor(cursor: string): Place {
    let read: unknown;
    try {
      read = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    } catch {
      // Refused below
    }
    const value = this.#name.startsWith('state') ? z.number() : z.string();
    const parsed = z
      .tuple([z.literal(this.#name), value, z.string(), z.string()])
      .safeParse(read);
    if (!parsed.success) {
      throw new InputError(
        `Invalid query: 'cursor' expected pageInfo.nextCursor of a list with the same sort and order; begin again without it`,
      );
    }
    const [, ...place] = parsed.data;
    return place;
  }
}

// Names of Kubernetes are lower-case ASCII; to compare by language would take ten times as long
function compareValues(a: Value, b: Value): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
