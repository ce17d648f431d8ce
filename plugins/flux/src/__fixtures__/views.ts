import {
  ClusterView,
  FluxEntityView,
} from '@backstage-flux/plugin-flux-common';
import {
  downCluster,
  failingCluster,
  healthyCluster,
  progressingCluster,
  staleCluster,
  suspendedCluster,
  updatePendingCluster,
  waitingCluster,
} from './clusters';

/** Full reference of the entity that the fixtures are about. */
export const ordersRef = 'component:default/orders';

function view(...clusters: ClusterView[]): FluxEntityView {
  return { entityRef: ordersRef, status: clusters[0].status, clusters };
}

/** A view of the application for each state that a screen has to show. */
export const views = {
  upToDate: () => view(healthyCluster('prod-eu'), healthyCluster('staging')),
  failing: () => view(failingCluster('prod-eu'), healthyCluster('staging')),
  suspended: () => view(suspendedCluster('prod-eu'), healthyCluster('staging')),
  progressing: () =>
    view(progressingCluster('prod-eu'), healthyCluster('staging')),
  updatePending: () =>
    view(updatePendingCluster('prod-eu'), healthyCluster('staging')),
  waiting: () => view(waitingCluster('prod-eu'), waitingCluster('staging')),
  partial: () =>
    view(
      failingCluster('prod-eu'),
      waitingCluster('dev'),
      staleCluster('prod-us'),
      downCluster('prod-asia'),
      healthyCluster('staging'),
    ),
  oneNotFound: (): FluxEntityView => ({
    ...view(healthyCluster('prod-eu'), healthyCluster('staging')),
    notFound: [
      {
        ref: {
          group: 'kustomize.toolkit.fluxcd.io',
          kind: 'Kustomization',
          namespace: 'orders',
          name: 'ordres-images',
        },
        message:
          'The annotation fluxcd.io/resources names Kustomization orders/ordres-images, which does not exist in any cluster.',
      },
    ],
  }),
  empty: (): FluxEntityView => ({
    entityRef: ordersRef,
    status: { state: 'unknown', summary: '', message: '' },
    clusters: [],
    empty: {
      annotated: false,
      example:
        'metadata:\n  annotations:\n    fluxcd.io/resources: kustomization:orders/orders',
    },
  }),
  notMatching: (): FluxEntityView => ({
    entityRef: ordersRef,
    status: { state: 'unknown', summary: '', message: '' },
    clusters: [],
    empty: {
      annotated: true,
      example: 'fluxcd.io/resources: kustomization:orders/orders',
    },
  }),
} satisfies Record<string, () => FluxEntityView>;

/** Name of a view. */
export type ViewName = keyof typeof views;
