import { Parameter } from './document';

/**
 * The query of a URL, with numbers and lists where the document has them. What can't be read as such is
 * left as it is, to be refused by its schema.
 */
export function readQuery(
  url: string,
  parameters: Parameter[],
): Record<string, unknown> {
  const start = url.indexOf('?');
  if (start < 0) {
    return {};
  }
  // Express' own reading makes objects of brackets, and of lists that are long
  const query = new URLSearchParams(url.slice(start));
  const types = new Map(parameters.map(p => [p.name, p.schema.type]));
  return Object.fromEntries(
    [...new Set(query.keys())].map(name => {
      const values = query.getAll(name);
      const type = types.get(name);
      return type === 'array' || values.length > 1
        ? [name, values]
        : [name, readValue(values[0], type)];
    }),
  );
}

function readValue(text: string, type: unknown): unknown {
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) {
    return Number(text);
  }
  if (type === 'boolean' && /^(true|false)$/.test(text)) {
    return text === 'true';
  }
  return text;
}
