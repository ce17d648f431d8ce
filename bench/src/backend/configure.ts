import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Entity } from '@backstage/catalog-model';

/** An entity for an application, selected in our way and in the way of the published Flux plugins. */
export function entityOf(application: string): Entity {
  const names = [
    `kustomization:${application}/${application}`,
    `kustomization:${application}/${application}-images`,
    `helmrelease:${application}/${application}-redis`,
  ];
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: application,
      namespace: 'default',
      annotations: {
        'fluxcd.io/resources': names.join(', '),
        'backstage.io/kubernetes-id': application,
      },
    },
    spec: { type: 'service', lifecycle: 'production', owner: 'group:platform' },
  };
}

export interface BackendSettings {
  directory: string;
  /** Tells the clusters who asks. */
  token: string;
  port: number;
  clusterPorts: number[];
  ca: string;
  applications: string[];
  flux?: object;
}

/** Writes the configuration of a backend; returns the file. */
export function configure(settings: BackendSettings): string {
  const { directory, token, port } = settings;
  const entities = join(directory, `${token}.entities.yaml`);
  writeFileSync(
    entities,
    settings.applications
      .map(application => `---\n${JSON.stringify(entityOf(application))}\n`)
      .join(''),
  );
  const config = {
    app: { baseUrl: `http://127.0.0.1:${port}` },
    backend: {
      baseUrl: `http://127.0.0.1:${port}`,
      listen: { host: '127.0.0.1', port },
      database: { client: 'better-sqlite3', connection: ':memory:' },
    },
    auth: { environment: 'production', providers: { bench: {} } },
    permission: { enabled: true },
    catalog: {
      // Read once, so that measurements aren't disturbed by it
      processingInterval: { hours: 24 },
      rules: [{ allow: ['Component'] }],
      locations: [{ type: 'file', target: entities }],
    },
    kubernetes: {
      serviceLocatorMethod: { type: 'multiTenant' },
      clusterLocatorMethods: [
        {
          type: 'config',
          clusters: settings.clusterPorts.map((clusterPort, i) => ({
            name: clusterName(i),
            url: `https://127.0.0.1:${clusterPort}`,
            authProvider: 'serviceAccount',
            serviceAccountToken: token,
            caData: Buffer.from(settings.ca).toString('base64'),
            skipMetricsLookup: true,
          })),
        },
      ],
    },
    ...(settings.flux ? { flux: settings.flux } : {}),
  };
  const file = join(directory, `${token}.app-config.json`);
  writeFileSync(file, JSON.stringify(config));
  return file;
}

function clusterName(i: number): string {
  return `cluster-${String(i).padStart(3, '0')}`;
}
