import { readFile } from 'node:fs/promises';
import {
  createServiceFactory,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { clusterAccessServiceRef } from '@backstage-flux/plugin-flux-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import { JsonObject } from '@backstage/types';
import fluxModule from '..';
import { FakeCluster } from '../__testUtils__/fakeCluster';

jest.setTimeout(60_000);

/** What the form starts with. */
const threeNodes = {
  mode: 'standard',
  locationType: 'zonal',
  region: 'us-central1',
  nodes: 3,
  machineType: 'e2-standard-2',
  diskGb: 100,
  diskType: 'pd-balanced',
  spot: false,
  privateNodes: false,
  visibility: 'private',
  runners: 'github',
  actionsMinutes: 2000,
};

const cheapest = {
  region: 'europe-west1',
  nodes: 1,
  machineType: 'e2-medium',
  diskGb: 50,
  diskType: 'pd-standard',
  spot: true,
  runners: 'own',
};

const autopilot = {
  mode: 'autopilot',
  locationType: undefined,
  nodes: undefined,
  machineType: undefined,
  diskGb: undefined,
  diskType: undefined,
  spot: undefined,
};

/** The two steps of `templates/gke-fleet` that make the page. */
const templateFor = (choices: JsonObject) => ({
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: { name: 'cost-page' },
  spec: {
    type: 'resource',
    owner: 'group:default/platform',
    parameters: { type: 'object' },
    steps: [
      {
        id: 'estimate',
        name: 'Compute what it costs',
        action: 'flux:gke:estimate',
        input: {
          mode: '${{ parameters.mode }}',
          locationType: '${{ parameters.locationType }}',
          region: '${{ parameters.region }}',
          nodes: '${{ parameters.nodes }}',
          machineType: '${{ parameters.machineType }}',
          diskGb: '${{ parameters.diskGb }}',
          diskType: '${{ parameters.diskType }}',
          spot: '${{ parameters.spot }}',
          // Without `else` it would be an empty text
          autoscaling:
            '${{ {min: parameters.minNodes, max: parameters.maxNodes} if parameters.autoscaling else undefined }}',
          privateNodes: '${{ parameters.privateNodes }}',
          visibility: '${{ parameters.visibility }}',
          runners: '${{ parameters.runners }}',
          actionsMinutes: '${{ parameters.actionsMinutes }}',
        },
      },
      {
        id: 'render',
        name: 'Write the page',
        action: 'fetch:template',
        input: {
          url: './skeleton',
          trimBlocks: true,
          lstripBlocks: true,
          values: {
            ...choices,
            name: 'prod-eu',
            project: 'acme-prod',
            zone: 'a',
            estimate: '${{ steps.estimate.output.estimate }}',
          },
        },
      },
    ],
  },
});

describe('docs/cost.md of gke-fleet', () => {
  let url: string;
  let page: Buffer;

  beforeAll(async () => {
    page = await readFile(
      resolvePackagePath(
        '@backstage-flux/plugin-scaffolder-backend-module-flux',
        '../../templates/gke-fleet/skeleton/docs/cost.md',
      ),
    );
    const { server } = await startTestBackend({
      features: [
        scaffolderPlugin,
        fluxModule,
        catalogServiceMock.factory(),
        createServiceFactory({
          service: clusterAccessServiceRef,
          deps: {},
          factory: () => new FakeCluster(),
        }),
      ],
    });
    url = `http://localhost:${server.port()}/api/scaffolder/v2/dry-run`;
  });

  async function render(changes: JsonObject = {}): Promise<string> {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: mockCredentials.user.header(),
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        template: templateFor({ ...threeNodes, ...changes }),
        values: { ...threeNodes, ...changes },
        directoryContents: [
          {
            path: 'skeleton/cost.md',
            base64Content: page.toString('base64'),
          },
        ],
      }),
    });
    const { directoryContents, ...rest } = await response.json();
    expect([response.status, response.ok ? '' : rest]).toEqual([200, '']);
    return Buffer.from(directoryContents[0].base64Content, 'base64').toString();
  }

  /** Numbers of cells of each row, one list for each table. */
  const tablesOf = (markdown: string) =>
    markdown
      .split(/\n(?!\|)/)
      .map(block => block.split('\n').filter(row => row.startsWith('|')))
      .filter(rows => rows.length)
      .map(rows => rows.map(row => row.split('|').length - 2));

  it.each([
    ['zonal', {}],
    [
      'regional, autoscaled and private',
      {
        locationType: 'regional',
        region: 'europe-west4',
        nodes: 1,
        spot: true,
        autoscaling: true,
        minNodes: 1,
        maxNodes: 3,
        privateNodes: true,
        visibility: 'public',
        runners: 'own',
      },
    ],
    ['Autopilot, which has no fields for nodes', autopilot],
    ['the cheapest', cheapest],
  ] as [string, JsonObject][])(
    'has whole tables and no gaps: %s',
    async (_, changes) => {
      const markdown = await render(changes);
      const tables = tablesOf(markdown);
      expect(tables.length).toBeGreaterThanOrEqual(3);
      for (const [header, ...rows] of tables) {
        expect(rows.length).toBeGreaterThan(1);
        expect(new Set(rows)).toEqual(new Set([header]));
      }
      expect(markdown).not.toMatch(/undefined|null|NaN|\{\{|\{%|\n{3}/);
      // An empty value leaves two spaces, or nothing between quotes
      expect(markdown).not.toMatch(/\S {2,}\S|[^`]``[^`]|\*{4}/);
    },
  );

  it('shows choices, parts and levers of three nodes', async () => {
    const markdown = await render();
    for (const row of [
      '| where | `us-central1-a`, one zone |',
      '| boot disk of each node | 100 GB `pd-balanced` |',
      '| Nodes | 3 × e2-standard-2, 730 h | 146.74 |',
      '| **Together** | | **278.94** |',
      '| **Together, with the credit** | | **205.94** |',
      '| Autoscaling from one node instead of 3 | up to 125.13 | 80.81 to 205.94 |',
    ]) {
      expect(markdown).toContain(`\n${row}`);
    }
    expect(markdown).toContain('--budget-amount 279USD');
    expect(markdown).not.toContain('Autoscaling makes it');
  });

  it('shows how far autoscaling goes', async () => {
    const markdown = await render({
      autoscaling: true,
      minNodes: 2,
      maxNodes: 5,
    });
    expect(markdown).toContain('\n| autoscaling | from 2 to 5 nodes |');
    expect(markdown).toContain('143.38 to 331.07 with the credit, by load');
    expect(markdown).toContain('--max-nodes 5');
  });

  it('speaks of pods instead of nodes on Autopilot', async () => {
    const markdown = await render(autopilot);
    expect(markdown).toContain('\n| where | `us-central1`, in several zones |');
    expect(markdown).toContain(
      '--location us-central1 --enable-cost-allocation',
    );
    expect(markdown).not.toContain('gcloud container node-pools');
  });

  it('says so when nothing is cheaper', async () => {
    const markdown = await render(cheapest);
    expect(markdown).toContain('these are the cheapest choices');
  });
});
