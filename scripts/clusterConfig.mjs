import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes the configuration that is put over app-config.sandbox.yaml where the cluster is not the sandbox's:
 * the GitHub double stays, with no example applications, and Backstage sees the one cluster.
 *
 * @param cluster `{ name, url, token, receiverUrl? }` as Backstage reaches it; `receiverUrl` is where workflows
 *   reach Flux's webhook receiver
 * @param github `{ port, sshPort, url?, address?, build? }`: where the double listens, the address by which the
 *   cluster and people reach it when it is not loopback, the one that it listens on beside loopback, and how
 *   images are built
 * @param registry `{ url, port? }`: the address in the names of images; with a port, the double of a
 *   registry is started there
 * @param directory what the double keeps
 * @param fleets clusters that get a fleet repository, or none
 * @param interval how often Flux looks at an application's repository and registry
 */
export function writeClusterConfig(
  file,
  { cluster, github, registry, directory, fleets, interval = '10s' },
) {
  const url = github.url ?? `http://127.0.0.1:${github.port}`;
  const { host, hostname } = new URL(url);
  const config = {
    sandbox: {
      directory,
      examples: false,
      fleets,
      github: {
        port: github.port,
        sshPort: github.sshPort,
        ...(github.url && { url, host: github.address }),
        ...(github.build && { build: github.build }),
      },
      registry: { url: registry.url, port: registry.port ?? null },
      kubernetes: { clusters: [] },
    },
    integrations: {
      github: [
        {
          host,
          apiBaseUrl: `http://127.0.0.1:${github.port}/api/v3`,
          token: 'sandbox-token',
        },
      ],
    },
    backend: {
      database: {
        client: 'better-sqlite3',
        connection: ':memory:',
      },
    },
    catalog: {
      locations: [
        {
          type: 'file',
          target: '../../templates/flux-app/template.yaml',
          rules: [{ allow: ['Template'] }],
        },
        {
          type: 'file',
          target: '../../templates/flux-enrol/template.yaml',
          rules: [{ allow: ['Template'] }],
        },
        {
          type: 'file',
          target: '../../templates/gke-fleet/template.yaml',
          rules: [{ allow: ['Template'] }],
        },
        {
          type: 'url',
          target: `${url}/acme/catalog/blob/main/all.yaml`,
          rules: [
            {
              allow: [
                'Component',
                'System',
                'Domain',
                'Resource',
                'API',
                'Location',
                'User',
                'Group',
              ],
            },
          ],
        },
      ],
    },
    scaffolder: {
      defaultEnvironment: {
        parameters: {
          githubHost: host,
          registry: registry.url,
          interval,
          imagePullSecret: 'none',
          oidcIssuer: `${url}/_services/token`,
          // Null takes away what app-config.sandbox.yaml says of its own cluster
          receiverUrl: cluster.receiverUrl ?? null,
        },
      },
    },
    flux: {
      gitHosts: [{ host: `${hostname}:${github.sshPort}`, webUrl: url }],
    },
    kubernetes: {
      clusterLocatorMethods: [
        {
          type: 'config',
          clusters: [
            {
              name: cluster.name,
              url: cluster.url,
              authProvider: 'serviceAccount',
              serviceAccountToken: cluster.token,
              skipMetricsLookup: true,
            },
          ],
        },
      ],
    },
  };
  mkdirSync(dirname(file), { recursive: true });
  // JSON is YAML; nobody but the owner reads the token
  writeFileSync(file, JSON.stringify(config, null, 2), { mode: 0o600 });
}

/** A name that the form takes: a context may hold anything. */
export const clusterName = context =>
  context
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 62)
    .replace(/[^A-Za-z0-9]+$/, '') || 'cluster';
