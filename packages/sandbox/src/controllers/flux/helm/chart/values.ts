import { deepCopy } from '../template/functions/collections';
import { isMap, isNil } from '../template/values';
import { Chart, ChartError, Values } from './Chart';

/** Two maps as one; what is in `b` wins, maps are merged. */
export function mergeMaps(a: Values, b: Values): Values {
  const result: Values = { ...a };
  for (const [key, value] of Object.entries(b)) {
    result[key] =
      isMap(value) && isMap(result[key])
        ? mergeMaps(result[key], value)
        : value;
  }
  return result;
}

/** A copy of a default; a null in a map of defaults stands for nothing. */
function withoutNulls(value: unknown): unknown {
  return isMap(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, item]) => !isNil(item))
          .map(([key, item]) => [key, withoutNulls(item)]),
      )
    : deepCopy(value);
}

/** Adds defaults to what is given. A null that is given takes the default away. */
function addDefaults(given: Values, defaults: Values): void {
  for (const [key, value] of Object.entries(defaults)) {
    if (!Object.hasOwn(given, key)) {
      if (!isNil(value)) {
        given[key] = withoutNulls(value);
      }
    } else if (isNil(given[key])) {
      delete given[key];
    } else if (isMap(given[key]) && isMap(value)) {
      addDefaults(given[key], value);
    }
  }
}

function coalesce(chart: Chart, values: Values): Values {
  addDefaults(values, chart.values);
  for (const dependency of chart.dependencies) {
    const { name } = dependency.metadata;
    values[name] ??= {};
    if (!isMap(values[name])) {
      throw new ChartError(
        `type mismatch on ${name}: values of a dependency are a map`,
      );
    }
    const own: Values = values[name];
    if (isMap(values.global)) {
      own.global = mergeMaps(
        isMap(own.global) ? own.global : {},
        values.global,
      );
    }
    coalesce(dependency, own);
  }
  return values;
}

/** The values of a chart: what is given over its defaults, its dependencies' below their names. */
export function coalesceValues(chart: Chart, given: Values): Values {
  return coalesce(chart, deepCopy(given) as Values);
}

function lookUp(values: Values, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (isMap(value) ? value[key] : undefined),
      values,
    );
}

function isEnabled(
  dependency: NonNullable<Chart['metadata']['dependencies']>[number],
  values: Values,
): boolean {
  for (const path of dependency.condition?.split(',') ?? []) {
    const value = lookUp(values, path.trim());
    if (typeof value === 'boolean') {
      return value;
    }
  }
  const tags = (dependency.tags ?? [])
    .map(tag => lookUp(values, `tags.${tag}`))
    .filter(value => typeof value === 'boolean');
  return tags.length === 0 || tags.includes(true);
}

/** The chart without the dependencies that its conditions and tags turn off, under their aliases. */
export function processDependencies(chart: Chart, given: Values): Chart {
  const declared = chart.metadata.dependencies ?? [];
  if (declared.some(dependency => dependency['import-values'])) {
    throw new ChartError(
      `The sandbox does not support import-values in the dependencies of chart ${chart.metadata.name}`,
    );
  }
  const values = coalesceValues(chart, given);
  const isDeclared = (found: Chart) =>
    declared.some(({ name }) => name === found.metadata.name);
  const dependencies = [
    // What is in the charts folder without being declared is always used.
    ...chart.dependencies.filter(found => !isDeclared(found)),
    ...declared
      .filter(dependency => isEnabled(dependency, values))
      .flatMap(({ name, alias }) =>
        chart.dependencies
          .filter(({ metadata }) => metadata.name === name)
          .map(found => ({
            ...found,
            metadata: { ...found.metadata, name: alias ?? name },
          })),
      ),
  ].map(found => {
    const own = values[found.metadata.name];
    return processDependencies(found, isMap(own) ? own : {});
  });
  return { ...chart, dependencies };
}

/** Names in `dependencies` that are not in the chart's folder. */
export function missingDependencies(chart: Chart): string[] {
  const present = chart.dependencies.map(({ metadata }) => metadata.name);
  return (chart.metadata.dependencies ?? [])
    .map(({ name }) => name)
    .filter(name => !present.includes(name));
}
