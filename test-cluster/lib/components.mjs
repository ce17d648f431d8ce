import { join } from 'node:path';

/** The cluster's user for people and controllers; a member of system:masters. */
export const adminUser = 'admin';
/** The user that Backstage is; what it may do is in manifests/backstage.yaml. */
export const backstageUser = 'backstage';

const loopback = '127.0.0.1';

/**
 * The programs of the cluster, in the order in which they start.
 *
 * `ready` is what answers 200 once it can be used, asked with the administrator's token.
 */
export function components({ bin, directory, ports }) {
  const path = name => join(directory, name);
  const kubebox = join(bin, 'kubebox');
  const kubeconfig = path('kubeconfig');
  const secure = port => [
    `--bind-address=${loopback}`,
    `--secure-port=${port}`,
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
  ];
  const flux = (name, metricsPort, healthPort) => ({
    name,
    command: join(bin, name),
    args: [
      '--enable-leader-election=false',
      '--watch-all-namespaces=true',
      '--interval-jitter-percentage=0',
      // 30 s by default: an application would wait so long for its first image to be seen
      '--requeue-dependency=5s',
      `--metrics-addr=${loopback}:${metricsPort}`,
      `--health-addr=${loopback}:${healthPort}`,
    ],
    env: { KUBECONFIG: kubeconfig, RUNTIME_NAMESPACE: 'flux-system' },
    ready: `http://${loopback}:${healthPort}/readyz`,
  });

  return [
    {
      name: 'etcd',
      command: kubebox,
      args: [
        'etcd',
        `--data-dir=${path('etcd')}`,
        `--listen-client-urls=http://${loopback}:${ports.etcd}`,
        `--advertise-client-urls=http://${loopback}:${ports.etcd}`,
        `--listen-peer-urls=http://${loopback}:${ports.etcdPeer}`,
        `--initial-advertise-peer-urls=http://${loopback}:${ports.etcdPeer}`,
        `--initial-cluster=default=http://${loopback}:${ports.etcdPeer}`,
        // Nothing here has to survive a power cut
        '--unsafe-no-fsync',
        '--log-level=warn',
      ],
      ready: `http://${loopback}:${ports.etcd}/health`,
    },
    {
      name: 'kube-apiserver',
      command: kubebox,
      args: [
        'kube-apiserver',
        `--etcd-servers=http://${loopback}:${ports.etcd}`,
        `--bind-address=${loopback}`,
        `--advertise-address=${loopback}`,
        `--secure-port=${ports.apiserver}`,
        `--cert-dir=${path('certificates')}`,
        '--service-cluster-ip-range=10.96.0.0/16',
        '--endpoint-reconciler-type=none',
        '--service-account-issuer=https://kubernetes.default.svc',
        `--service-account-key-file=${path('service-accounts.pub')}`,
        `--service-account-signing-key-file=${path('service-accounts.key')}`,
        `--token-auth-file=${path('tokens.csv')}`,
        '--authorization-mode=RBAC',
        '--allow-privileged=true',
      ],
      ready: `https://${loopback}:${ports.apiserver}/readyz`,
    },
    {
      name: 'kube-controller-manager',
      command: kubebox,
      args: [
        'kube-controller-manager',
        ...secure(ports.controllerManager),
        // There is no kubelet that could report a node as alive
        '--controllers=*,-node-lifecycle-controller,-node-ipam-controller',
        `--service-account-private-key-file=${path('service-accounts.key')}`,
        `--root-ca-file=${path('certificates/apiserver.crt')}`,
      ],
      ready: `https://${loopback}:${ports.controllerManager}/healthz`,
    },
    {
      name: 'kube-scheduler',
      command: kubebox,
      args: ['kube-scheduler', ...secure(ports.scheduler)],
      ready: `https://${loopback}:${ports.scheduler}/healthz`,
    },
    {
      name: 'registry',
      command: join(bin, 'registry'),
      args: ['serve', path('registry.yaml')],
      ready: `http://${loopback}:${ports.registry}/v2/`,
    },
    {
      // Before Flux's own: it installs their CustomResourceDefinitions
      name: 'stand-ins',
      command: process.execPath,
      args: [
        '--enable-source-maps',
        '--require',
        join(
          import.meta.dirname,
          '../../node_modules/@backstage/cli-node/config/nodeTransform.cjs',
        ),
        join(
          import.meta.dirname,
          '../../packages/sandbox/src/controllers/main.ts',
        ),
        path('stand-ins.json'),
      ],
      env: { NODE_ENV: 'development' },
      ready: `http://${loopback}:${ports.standIns}/readyz`,
    },
    flux('kustomize-controller', ports.kustomizeMetrics, ports.kustomizeHealth),
    flux('helm-controller', ports.helmMetrics, ports.helmHealth),
  ];
}

/** What has to have a port. */
export const portNames = [
  'etcd',
  'etcdPeer',
  'apiserver',
  'controllerManager',
  'scheduler',
  'registry',
  'standIns',
  'webhooks',
  'kustomizeMetrics',
  'kustomizeHealth',
  'helmMetrics',
  'helmHealth',
];
