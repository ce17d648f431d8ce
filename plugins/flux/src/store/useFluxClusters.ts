import { FluxClusterInfo } from '@backstage-flux/plugin-flux-common';
import { toError } from '@backstage/errors';
import { useApi } from '@backstage/frontend-plugin-api';
import { useCallback, useEffect, useState } from 'react';
import { fluxApiRef } from '../api';

/** The configured clusters, as they were when the component was mounted or last asked again. */
export interface FluxClusters {
  clusters?: FluxClusterInfo[];
  error?: Error;
  loading: boolean;
  retry(): void;
}

/** Lists the clusters that the backend is configured with. */
export function useFluxClusters(): FluxClusters {
  const api = useApi(fluxApiRef);
  const [attempt, setAttempt] = useState(0);
  const [answer, setAnswer] = useState<{
    clusters?: FluxClusterInfo[];
    error?: Error;
  }>({});

  useEffect(() => {
    const controller = new AbortController();
    setAnswer({});
    api.listClusters({ signal: controller.signal }).then(
      clusters => !controller.signal.aborted && setAnswer({ clusters }),
      error =>
        !controller.signal.aborted && setAnswer({ error: toError(error) }),
    );
    return () => controller.abort();
  }, [api, attempt]);

  const retry = useCallback(() => setAttempt(n => n + 1), []);
  return { ...answer, loading: !answer.clusters && !answer.error, retry };
}
