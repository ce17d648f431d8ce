import { z } from 'zod';
import { ClusterClient } from '../clusters/ClusterClient';
import { RawObject } from './watchEvents';

const PAGE_SIZE = 500;

const pageSchema = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    continue: z.string().optional(),
  }),
  items: z
    .array(z.custom<RawObject>(item => typeof item === 'object' && !!item))
    .nullable(),
});

/**
 * Lists all objects of a kind page by page. All pages are of the same moment, whose resourceVersion is
 * returned, to watch on from.
 */
export async function listPages(
  client: ClusterClient,
  path: string,
  query: Record<string, string>,
  options: { signal: AbortSignal; silenceMs: number },
  onPage: (objects: RawObject[]) => void,
): Promise<string> {
  let next: string | undefined;
  for (;;) {
    const search = new URLSearchParams({
      ...query,
      limit: String(PAGE_SIZE),
      ...(next ? { continue: next } : {}),
    });
    const { items, metadata } = pageSchema.parse(
      await client.getJson(`${path}?${search}`, {
        signal: AbortSignal.any([
          options.signal,
          AbortSignal.timeout(options.silenceMs),
        ]),
      }),
    );
    onPage(items ?? []);
    next = metadata.continue || undefined;
    if (!next) {
      return metadata.resourceVersion;
    }
  }
}
