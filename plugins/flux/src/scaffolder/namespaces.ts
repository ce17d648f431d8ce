import { toError } from '@backstage/errors';
import { FluxApi } from '../api';
import { errorText, ShownState } from '../lib';
import { FormValues, formText } from './fieldProps';

/** What is known of one namespace that the application needs. */
export type NamespaceCheck = { name: string } & (
  | { state: 'checking' | 'free' | 'taken' | 'tooLong' }
  | { state: 'unknown'; reason: string }
);

/** As Kubernetes has it for names of namespaces (RFC 1123 labels). */
export const MAX_LENGTH = 63;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** The look of each. */
export const checkStates: Record<NamespaceCheck['state'], ShownState> = {
  checking: 'progressing',
  free: 'upToDate',
  taken: 'failing',
  tooLong: 'failing',
  unknown: 'unknown',
};

/** Whether a form must not go on with it. */
export function isRefused({ state }: NamespaceCheck): boolean {
  return state === 'taken' || state === 'tooLong';
}

/**
 * The namespaces that follow from a form: the field's own, or else the application's name, and one per
 * environment where there are two. None while that isn't a name, which the form says by itself.
 */
export function neededNamespaces(
  value: string | undefined,
  form: FormValues | undefined,
): string[] {
  const base = value || formText(form, 'name');
  if (!base || !LABEL.test(base)) {
    return [];
  }
  return formText(form, 'environments') === 'staging-production'
    ? [`${base}-staging`, `${base}-production`]
    : [base];
}

/** Never rejects: whoever can't ask doesn't know. */
export async function checkNamespace(
  api: FluxApi,
  cluster: string,
  name: string,
  signal: AbortSignal,
): Promise<NamespaceCheck> {
  if (name.length > MAX_LENGTH) {
    return { name, state: 'tooLong' };
  }
  try {
    const exists = await api.namespaceExists(cluster, name, { signal });
    return { name, state: exists ? 'taken' : 'free' };
  } catch (error) {
    return { name, state: 'unknown', reason: errorText(toError(error)) };
  }
}
