import { Environment } from '@marcbachmann/cel-js';

/** A CEL expression over JSON objects; evaluating throws for e.g. a key that is not there. */
export type Expression = (
  variables: Record<string, Record<string, unknown>>,
) => unknown;

/**
 * Parses and checks an expression; each variable is a JSON object. Throws when the expression is not valid.
 *
 * @param output the type that it must have. As in Flux, "perhaps" is not enough: `claims.flag` alone is not a bool.
 */
export function compile(
  text: string,
  variables: string[],
  output?: 'bool',
): Expression {
  const environment = variables.reduce(
    (found, name) => found.registerVariable(name, 'map'),
    new Environment({ enableOptionalTypes: true }),
  );
  const { valid, type, error } = environment.check(text);
  if (!valid) {
    throw new Error(
      `failed to parse the CEL expression '${text}': ${error?.message}`,
    );
  }
  if (output && type !== output) {
    throw new Error(
      `CEL expression output type mismatch: expected ${output}, got ${type}`,
    );
  }
  return environment.parse(text);
}

/** Throws when the expression is not valid, whatever variables there will be. */
export function checkSyntax(text: string): void {
  try {
    new Environment({ enableOptionalTypes: true }).parse(text);
  } catch (error) {
    throw new Error(
      `failed to parse the CEL expression '${text}': ${
        (error as Error).message
      }`,
    );
  }
}
