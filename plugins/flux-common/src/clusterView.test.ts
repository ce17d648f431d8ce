import { recorded } from './__fixtures__/recordings';
import {
  appliedBy,
  chain,
  deployment,
  git,
  IMAGE,
  imageObjects,
  kustomization,
  names,
  object,
  OLD_SHA,
  ready,
  SHA,
  view,
} from './__fixtures__/scene';
import { buildClusterView } from './entityView';
import { parseEntitySelection } from './selection';

const typed =
  'Deployment/orders/orders dry-run failed (Invalid): Deployment.apps "orders" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0\n';

const canary = object('flagger.app/v1beta1', 'Canary', 'orders/orders', {
  labels: appliedBy('orders'),
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' },
  },
  status: { phase: 'Succeeded' },
});

describe('a failing Kustomization with an update behind it', () => {
  const scene = view([
    git('orders/orders'),
    ...imageObjects('1.4.3'),
    kustomization('orders/orders', {
      status: {
        lastAppliedRevision: `main@sha1:${OLD_SHA}`,
        lastAttemptedRevision: `main@sha1:${SHA}`,
        inventory: {
          entries: [{ id: 'orders_orders_apps_Deployment', v: 'v1' }],
        },
        ...ready('False', 'ReconciliationFailed', typed),
      },
    }),
    deployment('orders/orders', `${IMAGE}:1.4.2`, {
      labels: appliedBy('orders'),
    }),
    canary,
  ]);

  // It fails since the commit was fetched, not since the last try.
  it('says in one sentence what is wrong, since when and what brought it', () => {
    expect(scene.status).toMatchObject({
      state: 'failing',
      since: '2026-11-22T17:47:00Z',
    });
    expect(scene.cause).toMatchObject({
      ref: { kind: 'Kustomization', name: 'orders' },
      state: 'failing',
      title:
        'Kustomization orders can’t apply: Deployment/orders: spec.replicas must be ≥ 0',
      since: '2026-11-22T17:47:00Z',
      revision: {
        label: 'main@3f2c1ab',
        commit: SHA,
        url: `http://127.0.0.1:4010/acme/orders/commit/${SHA}`,
      },
    });
    expect(scene.cause?.remedy).toMatch(/Correct Deployment\/orders in Git/);
    expect(scene.cause?.affects).toContain(
      'prod-eu/apps/Deployment/orders/orders',
    );
  });

  it('says what runs, what should, and that something stands between', () => {
    expect(scene.running?.label).toBe('1.4.2');
    expect(scene.latest?.label).toBe('1.4.3');
    expect(scene.pending).toEqual({
      blocked: true,
      next: 'Repair Kustomization orders first',
    });
  });

  it('shows where the way stops', () => {
    expect(chain(scene)).toEqual([
      'Source upToDate: main@3f2c1ab',
      'Image upToDate: 1.4.3',
      'Automation upToDate: committed 9d1e9d1',
      'Kustomization failing: can’t apply',
      'Deployment running: 1.4.2 · 3/3',
      'Canary notReached: not started',
    ]);
  });

  it('shows what each object has and wants', () => {
    const byKind = (kind: string) =>
      scene.resources.find(r => r.ref.kind === kind)!;
    expect(byKind('Kustomization')).toMatchObject({
      status: { state: 'failing', summary: 'spec.replicas must be ≥ 0' },
      version: { label: 'main@71ac0de' },
      wantedVersion: { label: 'main@3f2c1ab' },
      actions: { reconcile: true, suspend: true, resume: false },
    });
    expect(byKind('Deployment')).toMatchObject({
      status: { state: 'updatePending', summary: '3/3 ready' },
      version: { label: '1.4.2' },
      wantedVersion: { label: '1.4.3' },
      parentId: byKind('Kustomization').id,
      actions: { reconcile: false, suspend: false, resume: false },
    });
    expect(byKind('Canary').status).toMatchObject({
      state: 'waiting',
      summary: 'for a new version',
    });
    expect(byKind('ImagePolicy')).toMatchObject({
      status: { summary: 'semver 1.x' },
      version: { label: '1.4.3' },
    });
  });
});

describe('pending updates', () => {
  const base = (images: object[], changes = {}) => [
    git('orders/orders'),
    ...images,
    kustomization('orders/orders', changes),
    deployment('orders/orders', `${IMAGE}:1.4.2`, {
      labels: appliedBy('orders'),
    }),
  ];

  it('are committed by Flux, then applied', () => {
    const seen = view(base(imageObjects('1.4.3')));
    expect(seen.status).toMatchObject({
      state: 'updatePending',
      summary: '1.4.2 → 1.4.3',
    });
    expect(seen.pending).toEqual({
      blocked: false,
      next: 'Committed; Flux fetches and applies it next, within 1m',
    });
    const [repository, policy, automation] = imageObjects('1.4.3') as any[];
    automation.status.observedPolicies = {
      orders: { name: IMAGE, tag: '1.4.2' },
    };
    const unseen = view(base([repository, policy, automation]));
    expect(unseen.pending?.next).toBe('Flux commits it within 10m');
  });

  it('wait for a pull request where Flux pushes to a branch of its own', () => {
    const scene = view(
      base(
        imageObjects('1.4.3', {
          automation: {
            git: {
              checkout: { ref: { branch: 'main' } },
              push: { branch: 'flux/updates' },
            },
          },
        }),
      ),
    );
    expect(scene.pending?.next).toBe(
      'Someone has to merge the pull request from flux/updates',
    );
  });

  it('wait for a person where nothing commits', () => {
    const [repository, policy] = imageObjects('1.4.3');
    expect(view(base([repository, policy])).pending).toEqual({
      blocked: false,
      next: 'Someone has to set the new tag in Git',
    });
  });

  it('are blocked by a suspension, which says by whom and why', () => {
    const scene = view(
      base(imageObjects('1.4.3'), {
        spec: { suspend: true },
        annotations: {
          'backstage-flux.io/suspended-by': 'user:default/guest',
          'backstage-flux.io/suspended-reason': 'Freeze for the summer sale',
          'backstage-flux.io/suspended-at': '2026-11-22T16:00:00Z',
        },
      }),
    );
    expect(scene.status).toMatchObject({
      state: 'suspended',
      summary: 'Freeze for the summer sale',
      since: '2026-11-22T16:00:00Z',
    });
    expect(scene.cause).toMatchObject({
      state: 'suspended',
      title:
        'Kustomization orders is suspended by user:guest: “Freeze for the summer sale”',
    });
    expect(scene.pending).toEqual({
      blocked: true,
      next: 'Resume Kustomization orders first',
    });
    const shown = scene.resources.find(r => r.ref.kind === 'Kustomization')!;
    expect(shown.suspension).toEqual({
      by: 'user:default/guest',
      reason: 'Freeze for the summer sale',
      at: '2026-11-22T16:00:00Z',
    });
    expect(shown.actions).toEqual({
      reconcile: false,
      suspend: false,
      resume: true,
    });
  });
});

describe('the tree', () => {
  it('has parents before children and needs before needers', () => {
    const scene = view(
      [
        kustomization('orders/orders', {
          spec: { dependsOn: [{ name: 'z-base' }] },
        }),
        kustomization('orders/z-base', {
          spec: { sourceRef: { kind: 'GitRepository', name: 'orders' } },
        }),
        deployment('orders/orders', `${IMAGE}:1.4.2`, {
          labels: appliedBy('orders'),
        }),
        object('apps/v1', 'ReplicaSet', 'orders/orders-1', {
          owner: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' },
          spec: { replicas: 3 },
          status: { replicas: 3, readyReplicas: 3 },
        }),
        object('apps/v1', 'ReplicaSet', 'orders/orders-0', {
          owner: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' },
          spec: { replicas: 0 },
          status: { replicas: 0 },
        }),
        object('v1', 'Service', 'orders/orders', {
          labels: appliedBy('orders'),
          spec: { ports: [{ port: 80, targetPort: 8080 }] },
        }),
        git('orders/orders'),
        ...imageObjects('1.4.2'),
      ],
      { 'fluxcd.io/resources': 'kustomization:orders/orders' },
    );
    expect(names(scene)).toEqual([
      'GitRepository orders',
      'ImageRepository orders',
      'ImagePolicy orders',
      'ImageUpdateAutomation orders',
      'Kustomization z-base',
      'Kustomization orders',
      'Deployment orders',
      'ReplicaSet orders-1',
      'Service orders',
    ]);
    expect(scene.resources.at(-1)!.status.summary).toBe('80 → 8080');
    const ids = scene.resources.map(r => r.id);
    const early = scene.resources.filter(
      (r, i) => r.parentId && ids.indexOf(r.parentId) >= i,
    );
    expect(early).toEqual([]);
  });
});

it('says when the version was rolled out, not when the first one was', () => {
  const found = buildClusterView({
    cluster: 'test',
    connection: { state: 'live', since: '2026-11-22T17:20:00Z' },
    projections: [
      recorded('done-annotate.kustomization.apps.json'),
      recorded('done-annotate.deployment.web.json'),
    ],
    selection: parseEntitySelection({
      'fluxcd.io/resources': 'kustomization:flux-system/apps',
    })!,
    now: '2026-11-22T17:20:00Z',
  });
  expect(found?.appliedAt).toBe('2026-11-22T17:19:31Z');
});
