import type { KubernetesClient } from '../../client';
import type { FluxObject } from '../lib/FluxObject';
import type { Values } from './chart/Chart';
import { mergeMaps } from './chart/values';
import { fromYaml } from './template/goYaml';
import { isMap } from './template/values';

/** Puts a value where a path like `a.b[0].c` leads. */
function putAt(values: Values, path: string, value: unknown): Values {
  const parts = [...path.matchAll(/((?:\\.|[^.[\]\\])+)|\[(\d+)\]/g)].map(
    ([, name, index]) =>
      index === undefined ? name.replace(/\\(.)/g, '$1') : Number(index),
  );
  if (parts.length === 0) {
    throw new Error(`'${path}' is not a path`);
  }
  const put = (target: any, [part, ...rest]: (string | number)[]): any => {
    const copy =
      typeof part === 'number'
        ? [...(Array.isArray(target) ? target : [])]
        : { ...(isMap(target) ? target : {}) };
    (copy as any)[part] =
      rest.length === 0 ? value : put((target as any)?.[part], rest);
    return copy;
  };
  return put(values, parts);
}

/** A value of `--set`: a number, a boolean, null, or text. */
function typed(text: string): unknown {
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted) {
    return quoted[2];
  }
  if (text === 'null' || text === 'true' || text === 'false') {
    return JSON.parse(text);
  }
  return /^(0|-?[1-9][0-9]*)$/.test(text) ? Number(text) : text;
}

/**
 * The values of a HelmRelease: those of its references in their order, then its own, then those
 * that are set at a path.
 *
 * @throws with Flux's message when a reference leads nowhere.
 */
export async function composeValues(
  { spec, namespace }: FluxObject,
  client: KubernetesClient,
): Promise<Values> {
  const own: Values = spec.values ?? {};
  let result: Values = {};
  for (const reference of spec.valuesFrom ?? []) {
    const { kind, name, optional, targetPath, literal } = reference;
    const key = reference.valuesKey ?? 'values.yaml';
    const fail = (reason: string) =>
      new Error(
        `could not resolve ${kind} chart values reference '${namespace}/${name}' with key '${key}': ${reason}`,
      );
    const found = await client.get({ apiVersion: 'v1', kind, namespace, name });
    const data: string | undefined = found?.data?.[key];
    if (data === undefined) {
      if (optional) {
        continue;
      }
      throw fail(
        found ? 'key not found' : `${kind.toLowerCase()}s "${name}" not found`,
      );
    }
    const text =
      kind === 'Secret' ? Buffer.from(data, 'base64').toString() : data;
    if (targetPath) {
      result = putAt(
        mergeMaps(result, own),
        targetPath,
        literal ? text : typed(text),
      );
      continue;
    }
    let values: unknown;
    try {
      values = fromYaml(text) ?? {};
    } catch (error) {
      throw fail((error as Error).message);
    }
    if (!isMap(values)) {
      throw fail('the values are not a map');
    }
    result = mergeMaps(result, values);
  }
  return mergeMaps(result, own);
}
