import { useApi } from '@backstage/frontend-plugin-api';
import { useEffect, useState } from 'react';
import { fluxApiRef } from '../api';
import { checkNamespace, NamespaceCheck } from './namespaces';

/** Long enough that a name isn't asked for letter by letter. */
const PAUSE_MS = 400;

/** Whether a cluster has namespaces of these names; asked anew once the names have rested for a moment. */
export function useNamespaceChecks(
  cluster: string | undefined,
  names: string[],
): NamespaceCheck[] {
  const api = useApi(fluxApiRef);
  const joined = names.join(' ');
  const question = `${cluster} ${joined}`;
  const [answer, setAnswer] = useState<{
    question: string;
    checks: NamespaceCheck[];
  }>();

  useEffect(() => {
    if (!cluster || !joined) {
      return undefined;
    }
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(async () => {
      const checks = await Promise.all(
        joined
          .split(' ')
          .map(name => checkNamespace(api, cluster, name, signal)),
      );
      if (!signal.aborted) {
        setAnswer({ question: `${cluster} ${joined}`, checks });
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [api, cluster, joined]);

  return answer?.question === question
    ? answer.checks
    : names.map(name => ({ name, state: 'checking' }));
}
