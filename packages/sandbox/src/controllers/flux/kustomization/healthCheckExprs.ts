import type { KubernetesObject } from '../../client';
import { checkSyntax, compile } from '../lib/cel';
import type { Readiness } from './readiness';

/** How far an object is, where the Kustomization says itself how to tell; undefined for all other kinds. */
export type CustomReadiness = (
  object: KubernetesObject,
) => Readiness | undefined;

/** In the order in which Flux asks. */
const STATES = [
  ['inProgress', 'InProgress'],
  ['failed', 'Failed'],
  ['current', 'Current'],
] as const;

const groupOf = (apiVersion: string) => apiVersion.split('/').slice(0, -1)[0];

/** Expressions see the fields of the object by name; what the object has is known only when they are asked. */
function isTrue(text: string, object: KubernetesObject): boolean {
  const variables = Object.fromEntries(
    Object.entries(object).filter(([, value]) => typeof value === 'object'),
  );
  return compile(text, Object.keys(variables))(variables) === true;
}

/**
 * The health check expressions of a Kustomization. A check without a kind is for all kinds of its group. What an
 * expression cannot read leaves the object unknown.
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#health-check-expressions
 */
export function customReadiness(spec: any): CustomReadiness {
  const checks: any[] = spec.healthCheckExprs ?? [];
  return object => {
    const ofGroup = checks.filter(
      ({ apiVersion }) => groupOf(apiVersion) === groupOf(object.apiVersion),
    );
    const check =
      ofGroup.find(({ kind }) => kind === object.kind) ??
      ofGroup.find(({ kind }) => !kind);
    if (!check) {
      return undefined;
    }
    const { metadata, status } = object;
    const observed = status?.observedGeneration;
    if (Number.isInteger(observed) && observed !== metadata.generation) {
      return 'InProgress';
    }
    try {
      const found = STATES.find(
        ([field]) => check[field] && isTrue(check[field], object),
      );
      return found?.[1] ?? 'InProgress';
    } catch {
      return 'Unknown';
    }
  };
}

/** Throws for an expression that is none, in the words of Flux. */
export function checkHealthCheckExprs(spec: any): void {
  (spec.healthCheckExprs ?? []).forEach((check: any, i: number) => {
    // In the order in which Flux parses them
    for (const field of ['current', 'failed', 'inProgress']) {
      try {
        checkSyntax(check[field] || 'true');
      } catch (error) {
        const name = field[0].toUpperCase() + field.slice(1);
        throw new Error(
          `failed to create custom status evaluator for healthchecks[${i}]: failed to parse the expression ${name}: ${
            (error as Error).message
          }`,
        );
      }
    }
  });
}
