import type { KubernetesObject } from '../../client';
import { compile } from '../lib/cel';
import type { Claims } from './oidcProviders';
import type { WebhookCall } from './validation';

type Filter = (object: KubernetesObject) => boolean;

/** `claims` are there only for who brings an ID token. */
const variablesOf = (hasClaims: boolean) =>
  hasClaims ? ['res', 'req', 'claims'] : ['res', 'req'];

/** Throws when a filter of the Receiver is not a valid CEL expression of type bool, saying which. */
export function checkFilters(spec: any): void {
  const check = (where: string, expression?: string) => {
    try {
      if (expression) {
        compile(expression, variablesOf(spec.type === 'generic-oidc'), 'bool');
      }
    } catch (error) {
      throw new Error(`invalid ${where}: ${(error as Error).message}`);
    }
  };
  check('resourceFilter expression', spec.resourceFilter);
  (spec.resources ?? []).forEach((resource: any, i: number) =>
    check(
      `filter expression for resources[${i}] (kind="${resource.kind}", name="${resource.name}")`,
      resource.filter,
    ),
  );
}

/** The body, where it is said to be JSON; without that, filters see an empty object. */
function requestOf({ headers, body }: WebhookCall): Record<string, unknown> {
  const types = (headers['content-type'] ?? '').split(',');
  if (!types.some(type => type.split(';')[0].trim() === 'application/json')) {
    return {};
  }
  try {
    return JSON.parse(body.toString('utf8')) ?? {};
  } catch (error) {
    throw new Error(
      `failed to parse request body as JSON: ${(error as Error).message}`,
    );
  }
}

/**
 * Gives, for each of the Receiver's resources, whether a call is for an object that it names: the filter of the
 * Receiver and its own both have to say so. Throws for a body that they cannot read.
 */
export function resourceFilters(
  spec: any,
  call: WebhookCall,
  claims: Claims | undefined,
): Filter[] {
  const resources: any[] = spec.resources ?? [];
  if (!spec.resourceFilter && !resources.some(({ filter }) => filter)) {
    return resources.map(() => () => true);
  }
  const req = requestOf(call);
  const names = variablesOf(claims !== undefined);
  return resources.map(({ filter }) => {
    const expressions = [spec.resourceFilter, filter]
      .filter(Boolean)
      .map(text => compile(text, names, 'bool'));
    return ({ apiVersion, kind, metadata }) => {
      const res = { apiVersion, kind, metadata };
      return expressions.every(
        evaluate => evaluate({ res, req, ...(claims && { claims }) }) === true,
      );
    };
  });
}
