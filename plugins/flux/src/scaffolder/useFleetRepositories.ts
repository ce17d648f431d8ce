import { toError } from '@backstage/errors';
import { useApi } from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { useEffect, useState } from 'react';

const CLUSTER = 'backstage.io/kubernetes-cluster';
const REPOSITORY = 'github.com/project-slug';

/** What the catalog has for a cluster. Without both, it is still being asked, or there is no cluster. */
export interface FleetRepositories {
  /** `owner/name`, in order. */
  repositories?: string[];
  error?: Error;
}

/** The repositories of the catalog's Resources of type kubernetes-cluster that are this cluster. */
export function useFleetRepositories(cluster?: string): FleetRepositories {
  const catalog = useApi(catalogApiRef);
  const [answer, setAnswer] = useState<FleetRepositories>({});

  useEffect(() => {
    let current = true;
    const tell = (told: FleetRepositories) => current && setAnswer(told);
    setAnswer({});
    if (cluster) {
      catalog
        .getEntities({
          filter: {
            kind: 'Resource',
            'spec.type': 'kubernetes-cluster',
            [`metadata.annotations.${CLUSTER}`]: cluster,
          },
          fields: ['metadata.annotations'],
        })
        .then(
          ({ items }) => {
            const slugs = items.flatMap(
              ({ metadata }) => metadata.annotations?.[REPOSITORY] ?? [],
            );
            tell({ repositories: [...new Set(slugs)].sort() });
          },
          error => tell({ error: toError(error) }),
        );
    }
    return () => {
      current = false;
    };
  }, [catalog, cluster]);

  return answer;
}
