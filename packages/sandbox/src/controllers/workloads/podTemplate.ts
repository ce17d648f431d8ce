import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../client';
import { ownerReference } from './owners';

// The letters of Kubernetes' own generated names: no vowels, so no words.
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

function canonical(value: any): any {
  if (Array.isArray(value)) {
    return value.map(canonical);
  }
  if (value && typeof value === 'object') {
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map(key => [key, canonical(value[key])]),
    );
  }
  return value;
}

/** Ten letters that stand for a pod template; the algorithm is ours, only the look is theirs. */
export function templateHash(template: unknown): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(canonical(template)))
    .digest();
  return Array.from(
    digest.subarray(0, 10),
    byte => LETTERS[byte % LETTERS.length],
  ).join('');
}

export function withLabel(template: any, label: string, value: string): any {
  return {
    ...template,
    metadata: {
      ...template.metadata,
      labels: { ...template.metadata?.labels, [label]: value },
    },
  };
}

/** A pod of the template; named by its owner, or by `name` where names are stable. */
export function podFrom(
  owner: KubernetesObject,
  template: any,
  name?: string,
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...structuredClone(template.metadata),
      ...(name ? { name } : { generateName: `${owner.metadata.name}-` }),
      namespace: owner.metadata.namespace,
      ownerReferences: [ownerReference(owner)],
    } as KubernetesObject['metadata'],
    spec: structuredClone(template.spec),
  };
}

export function isReady(pod: KubernetesObject): boolean {
  return !!pod.status?.conditions?.some(
    (condition: any) =>
      condition.type === 'Ready' && condition.status === 'True',
  );
}

export const isFinished = (pod: KubernetesObject) =>
  ['Succeeded', 'Failed'].includes(pod.status?.phase);
