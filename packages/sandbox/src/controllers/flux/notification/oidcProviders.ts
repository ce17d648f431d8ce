import { compile } from '../lib/cel';

/** `spec.oidcProviders[]` of a Receiver of type generic-oidc. */
export interface OidcProvider {
  issuerURL: string;
  /** Defaults to `notification-controller`. */
  audience?: string;
  variables?: { name: string; expression: string }[];
  validations: { expression: string; message: string }[];
}

export type Claims = Record<string, unknown>;

const VARIABLES = ['claims', 'vars'];

function explain<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`);
  }
}

function compileProvider({ variables = [], validations }: OidcProvider) {
  return {
    variables: variables.map(({ name, expression }) => ({
      name,
      evaluate: explain(`invalid expression for variable "${name}"`, () =>
        compile(expression, VARIABLES),
      ),
    })),
    validations: validations.map(({ expression, message }) => ({
      message,
      evaluate: explain(`invalid expression for validation "${message}"`, () =>
        compile(expression, VARIABLES, 'bool'),
      ),
    })),
  };
}

/** Throws when an expression of one of the providers is not valid, saying where. */
export function checkProviders(providers: OidcProvider[]): void {
  providers.forEach((provider, i) =>
    explain(`oidcProviders[${i}] (issuerURL="${provider.issuerURL}")`, () =>
      compileProvider(provider),
    ),
  );
}

/** Throws with the messages of all validations that the claims do not meet. */
export function validateClaims(provider: OidcProvider, claims: Claims): void {
  const { variables, validations } = compileProvider(provider);
  const vars: Record<string, unknown> = {};
  for (const { name, evaluate } of variables) {
    vars[name] = explain(`failed to evaluate variable "${name}"`, () =>
      evaluate({ claims, vars }),
    );
  }
  const failures = validations.filter(
    ({ evaluate }) =>
      !explain('failed to evaluate validation', () =>
        evaluate({ claims, vars }),
      ),
  );
  if (failures.length > 0) {
    const messages = failures.map(({ message }) => message).join('; ');
    throw new Error(`token validation failed: ${messages}`);
  }
}
