import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { ClusterApiError } from './ClusterApiError';
import { ClusterClient, apiPath } from './ClusterClient';
import { ServedKind } from './discovery';

const PAGE_SIZE = 500;
const MAX_PATIENCE_MS = 3_000;

const pageSchema = z.object({
  metadata: z.object({ continue: z.string().optional() }).optional(),
  items: z
    .array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) }))
    .nullable(),
});

/** Lists all objects of a kind, page by page. */
export async function listObjects(
  client: ClusterClient,
  served: ServedKind,
  options: { namespace?: string; labelSelector?: string; signal: AbortSignal },
): Promise<object[]> {
  try {
    return await listPages(client, served, options);
  } catch (error) {
    // The list was too old to be continued: begin again, once
    if (error instanceof ClusterApiError && error.status === 410) {
      return listPages(client, served, options);
    }
    throw error;
  }
}

async function listPages(
  client: ClusterClient,
  served: ServedKind,
  options: { namespace?: string; labelSelector?: string; signal: AbortSignal },
): Promise<object[]> {
  const path = apiPath(served, options);
  const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
  if (options.labelSelector) {
    query.set('labelSelector', options.labelSelector);
  }
  const objects: object[] = [];
  let next: string | undefined;
  do {
    if (next) {
      query.set('continue', next);
    }
    const page = pageSchema.parse(
      await patiently(options.signal, () =>
        client.getJson(`${path}?${query}`, { signal: options.signal }),
      ),
    );
    objects.push(...(page.items ?? []));
    next = page.metadata?.continue || undefined;
  } while (next);
  return objects;
}

/** Waits as long as an overloaded API server asks, once and not longer than a reader would. */
async function patiently<T>(
  signal: AbortSignal,
  request: () => Promise<T>,
): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const wait =
      error instanceof ClusterApiError && error.status === 429
        ? error.retryAfterMs ?? 1_000
        : Infinity;
    if (wait > MAX_PATIENCE_MS) {
      throw error;
    }
    await setTimeout(wait, undefined, { signal });
    return request();
  }
}
