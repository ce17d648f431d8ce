export interface Answer {
  status: number;
  body: unknown;
}

export interface ServiceInfo {
  name: string;
  version: string;
}

export interface RouteContext {
  info: ServiceInfo;
  now: () => Date;
}

export type Route = (url: URL, context: RouteContext) => Answer | Promise<Answer>;

/** The time in a zone: the example to replace with what this service is for. */
function time(url: URL, { now }: RouteContext): Answer {
  const zone = url.searchParams.get('zone') ?? 'UTC';
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'full', timeStyle: 'long' });
  } catch {
    return {
      status: 400,
      body: { error: 'zone must be the name of a time zone, for example Europe/Berlin' },
    };
  }
  const at = now();
  return { status: 200, body: { zone, iso: at.toISOString(), local: format.format(at) } };
}

/** Every route that answers GET. Health is not here: it belongs to the server. */
export const routes: Readonly<Record<string, Route>> = {
  '/': (_url, { info }) => ({ status: 200, body: info }),
  '/api/time': time,
};
