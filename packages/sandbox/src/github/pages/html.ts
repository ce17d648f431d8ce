const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup that is safe to be put into a page. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Value = Html | string | number | undefined | null | false | Value[];

function render(value: Value): string {
  if (value === undefined || value === null || value === false) {
    return '';
  }
  if (Array.isArray(value)) {
    return value.map(render).join('');
  }
  return value instanceof Html
    ? value.markup
    : String(value).replace(/[&<>"']/g, character => entities[character]);
}

/** A template in which every value is escaped unless it is {@link Html} itself. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(
    parts.reduce(
      (markup, part, i) =>
        markup + part + (i < values.length ? render(values[i]) : ''),
      '',
    ),
  );
}

/** A path whose segments are encoded for a URL. */
export const encodePath = (path: string) =>
  path.split('/').map(encodeURIComponent).join('/');
