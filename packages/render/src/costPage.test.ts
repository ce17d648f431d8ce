import { Renderer, startRenderer } from './startRenderer';

jest.setTimeout(60_000);

const threeNodes = {
  ...jest.requireActual('../examples/fleet.json'),
  diskGb: 100,
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
  zone: undefined,
  nodes: undefined,
  machineType: undefined,
  diskGb: undefined,
  diskType: undefined,
  spot: undefined,
  autoscaling: undefined,
};

describe('docs/cost.md of gke-fleet', () => {
  let renderer: Renderer;
  beforeAll(async () => {
    renderer = await startRenderer('gke-fleet');
  });
  afterAll(() => renderer.stop());

  async function render(changes: object = {}): Promise<string> {
    const files = await renderer.render({ ...threeNodes, ...changes });
    return files.get('fleet/docs/cost.md')!;
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
        zone: undefined,
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
  ] as [string, object][])(
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

  it('says where jobs of own runners don’t fit', async () => {
    const fits = /No job (of the runners )?fits/;
    const pages = async (changes: object) => {
      const files = await renderer.render({
        ...threeNodes,
        runners: 'own',
        ...changes,
      });
      return ['cost', 'runners'].map(page =>
        fits.test(files.get(`fleet/docs/${page}.md`)!),
      );
    };
    // Smaller machines would save, and are chosen already
    expect(await pages({})).toEqual([true, false]);
    expect(await pages({ machineType: 'e2-medium' })).toEqual([false, true]);
    expect(await pages({ machineType: 'e2-standard-4' })).toEqual([
      false,
      false,
    ]);
    expect(await pages(autopilot)).toEqual([false, false]);
  });

  it('shows choices, parts and levers of three nodes', async () => {
    const markdown = await render();
    for (const row of [
      '| where | `us-central1-b`, one zone |',
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
    // As many as the form starts with, not so many in each zone of the region
    expect(markdown).toContain(
      '\n| Standard with 3 × e2-standard-2 in one zone |',
    );
  });

  it('says so when nothing is cheaper', async () => {
    const markdown = await render(cheapest);
    expect(markdown).toContain('these are the cheapest choices');
  });
});
