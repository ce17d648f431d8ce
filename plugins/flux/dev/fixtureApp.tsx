import { parseEntityRef } from '@backstage/catalog-model';
import { toError } from '@backstage/errors';
import {
  ApiBlueprint,
  createFrontendModule,
  createFrontendPlugin,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import { EntityViewEvent, fluxApiRef } from '../src';
import { FakeFluxApi, ViewName, views } from '../src/__fixtures__';

/** Answers with the fixture that the entity is named after. */
class FixtureApi extends FakeFluxApi {
  readonly #apis = new Map<string, FakeFluxApi>();

  constructor() {
    super(views.empty());
  }

  override async getEntityView(entityRef: string, options?: { etag?: string }) {
    const { name } = parseEntityRef(entityRef);
    if (name === 'loading') {
      return new Promise<never>(() => {});
    }
    if (name === 'error') {
      throw new Error('the clusters’ caches are not ready yet.');
    }
    // Entity references are lower case.
    const key = (Object.keys(views) as ViewName[]).find(
      each => each.toLocaleLowerCase('en-US') === name,
    )!;
    const api = this.#apis.get(key) ?? new FakeFluxApi(views[key]());
    this.#apis.set(key, api);
    return api.getEntityView(entityRef, options);
  }

  /** Each view once, as they never change. */
  override async *streamEntityViews(options: {
    entityRefs: string[];
    etags: string[];
    signal: AbortSignal;
  }): AsyncGenerator<EntityViewEvent> {
    for (const entityRef of options.entityRefs) {
      try {
        const answer = await this.getEntityView(entityRef);
        if (answer.changed) {
          yield { type: 'view', entityRef, view: answer.view, etag: entityRef };
        }
      } catch (error) {
        yield { type: 'failed', entityRef, error: toError(error) };
      }
    }
    await new Promise(resolve =>
      options.signal.addEventListener('abort', resolve),
    );
  }
}

/** Stands in for the backend. */
export const fixtureBackend = createFrontendModule({
  pluginId: 'flux',
  extensions: [
    ApiBlueprint.make({
      params: defineParams =>
        defineParams({
          api: fluxApiRef,
          deps: {},
          factory: () => new FixtureApi(),
        }),
    }),
  ],
});

/** A page that shows the tab, `/?view=failing`, or the card, `/?view=failing&card=1`. */
export const devPages = createFrontendPlugin({
  pluginId: 'flux-dev',
  extensions: [
    PageBlueprint.make({
      params: {
        path: '/',
        loader: () => import('./DevPage').then(({ DevPage }) => <DevPage />),
      },
    }),
  ],
});
