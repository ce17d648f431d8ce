import {
  FluxResourceList,
  resourceRow,
} from '@backstage-flux/plugin-flux-common';
import pLimit from 'p-limit';
import { FluxConfig } from '../config';
import { Parsed } from '../openapi/RequestParser';
import { ResourceStore } from '../store/ResourceStore';
import { Breather } from './Breather';
import { Facets } from './Facets';
import { createFilter } from './filter';
import { FirstOf } from './FirstOf';
import { deliveryKinds } from './listedKinds';
import { Order } from './order';
import { ResourceRows, Row } from './ResourceRows';
import { SharedReads } from './SharedReads';
import { webBaseUrlsOf } from '../webBaseUrlsOf';

type ListQuery = Parsed<'listResources'>['query'];

/** Lists objects of all clusters from what the store knows; asks no cluster. */
export class ResourceLists {
  readonly #store: ResourceStore;
  readonly #webBaseUrls: Record<string, string>;
  readonly #rows = new ResourceRows();
  // Most people look at the same first page
  readonly #shared = new SharedReads({ momentMs: 1_000 });
  // Each rests often, but all would rest together
  readonly #oneByOne = pLimit(1);

  constructor(options: {
    store: ResourceStore;
    gitHosts: FluxConfig['gitHosts'];
  }) {
    this.#store = options.store;
    this.#webBaseUrls = webBaseUrlsOf(options.gitHosts);
  }

  /** @throws InputError when the cursor isn't one of this list. */
  async list(query: ListQuery): Promise<FluxResourceList> {
    return this.#shared.get(JSON.stringify(query), () =>
      this.#oneByOne(() => this.#list(query)),
    );
  }

  async #list(query: ListQuery): Promise<FluxResourceList> {
    const order = new Order(query.sort, query.order);
    const after = query.cursor ? order.readCursor(query.cursor) : undefined;
    const misfitOf = createFilter(query);
    const kinds = new Set<string>([...deliveryKinds, ...(query.kind ?? [])]);
    const all = kinds.size > deliveryKinds.size;

    const clusters = await this.#store.clusters();
    this.#rows.keepOnly(clusters);
    const breather = new Breather();
    const facets = new Facets();
    const first = new FirstOf<Row>(query.limit, order.compare);
    let totalItems = 0;
    let following = 0;
    for (const state of clusters) {
      for (const row of await this.#rows.read(state, { all, breather })) {
        if (breather.due) {
          await breather.rest();
        }
        if (!kinds.has(row.projection.ref.kind)) {
          continue;
        }
        const misfit = misfitOf(row);
        facets.add(row, misfit);
        if (misfit === 'none') {
          totalItems += 1;
          if (!after || order.follows(row, after)) {
            following += 1;
            first.add(row);
          }
        }
      }
    }
    const page = first.items();
    const indexes = new Map(
      clusters.map(({ cluster, index }) => [cluster.name, index]),
    );
    return {
      items: page.map(({ projection, status }) =>
        resourceRow(projection, status, {
          index: indexes.get(projection.ref.cluster)!,
          webBaseUrls: this.#webBaseUrls,
        }),
      ),
      totalItems,
      pageInfo:
        following > page.length
          ? { nextCursor: order.cursor(page.at(-1)!) }
          : {},
      facets: facets.toJSON(),
      notLive: clusters
        .filter(
          ({ cluster, connection }) =>
            connection.state !== 'live' &&
            (!query.cluster?.length || query.cluster.includes(cluster.name)),
        )
        .map(({ cluster, connection }) => ({ ...cluster, connection })),
    };
  }
}
