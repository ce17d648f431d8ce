import type { Request, Response } from 'express';

export type Page = { page: number; perPage: number };

/** Reads `page` and `per_page` as GitHub does: 30 a page, at most 100, nonsense ignored. */
export function readPage(request: Request): Page {
  const number = (value: unknown, fallback: number) => {
    const parsed = Number.parseInt(String(value ?? ''), 10);
    return Number.isFinite(parsed) && parsed > 0 ? parsed : fallback;
  };
  return {
    page: number(request.query.page, 1),
    perPage: Math.min(number(request.query.per_page, 30), 100),
  };
}

/** Sets `Link: rel="next"` (and `prev`), which is what clients page by. */
export function linkPages(
  request: Request,
  response: Response,
  base: string,
  page: Page,
  hasNext: boolean,
): void {
  const at = (number: number, rel: string) => {
    const url = new URL(base + request.originalUrl);
    url.searchParams.set('page', String(number));
    return `<${url}>; rel="${rel}"`;
  };
  const links = [
    ...(page.page > 1 ? [at(page.page - 1, 'prev')] : []),
    ...(hasNext ? [at(page.page + 1, 'next')] : []),
  ];
  if (links.length > 0) {
    response.setHeader('Link', links.join(', '));
  }
}

export function slicePage<T>(items: T[], { page, perPage }: Page) {
  const start = (page - 1) * perPage;
  return {
    items: items.slice(start, start + perPage),
    hasNext: items.length > start + perPage,
  };
}
