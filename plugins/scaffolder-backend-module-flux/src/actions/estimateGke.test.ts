import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import type { CostEstimate } from '../gke/CostEstimate';
import { createEstimateGkeAction } from './estimateGke';

type Input = Parameters<
  ReturnType<typeof createEstimateGkeAction>['handler']
>[0]['input'];

/** The form's defaults, so that a case says only what differs. */
const threeNodes: Input = {
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

async function estimate(changes: Partial<Input> = {}): Promise<CostEstimate> {
  const context = createMockActionContext({
    input: { ...threeNodes, ...changes },
  });
  await createEstimateGkeAction().handler(context as any);
  return (context.output as unknown as jest.Mock).mock.calls[0][1];
}

const line = ({ lines }: CostEstimate, item: string) =>
  lines.find(each => each.item === item)?.monthly;

const lever = ({ levers }: CostEstimate, start: string) =>
  levers.find(each => each.lever.startsWith(start));

describe('flux:gke:estimate', () => {
  // By hand, from the prices per hour: e.g. an e2-standard-2 is 2 × 0.021811 + 8 × 0.002923 = 0.067006
  it.each([
    ['three e2-standard-2', {}, 'Nodes', '146.74'],
    ['three e2-medium', { machineType: 'e2-medium' }, 'Nodes', '73.37'],
    [
      'e2-standard-4 in each of three zones',
      { machineType: 'e2-standard-4', nodes: 1, locationType: 'regional' },
      'Nodes',
      '293.49',
    ],
    ['Spot', { spot: true }, 'Nodes', '88.06'],
    [
      'two as Spot in Belgium',
      { spot: true, nodes: 2, region: 'europe-west1' },
      'Nodes',
      '60.34',
    ],
    [
      'one in Singapore',
      { nodes: 1, region: 'asia-southeast1' },
      'Nodes',
      '60.35',
    ],
    ['disks', {}, 'Boot disks', '30.00'],
    [
      'small magnetic disks',
      { diskGb: 50, diskType: 'pd-standard' },
      'Boot disks',
      '6.00',
    ],
    [
      'SSDs in three zones of the Netherlands',
      { diskType: 'pd-ssd', locationType: 'regional', region: 'europe-west4' },
      'Boot disks',
      '168.30',
    ],
    ['Autopilot', { mode: 'autopilot' }, 'Pods of the fleet itself', '54.69'],
    [
      'own runners on Autopilot',
      { mode: 'autopilot', runners: 'own', actionsMinutes: 6000 },
      'Pods of the runners',
      '9.36',
    ],
    ['nodes’ addresses', {}, 'Addresses of the nodes', '10.95'],
    ['private nodes', { privateNodes: true }, 'Cloud NAT', '6.72'],
    [
      'more private nodes than Cloud NAT counts',
      { privateNodes: true, nodes: 40 },
      'Cloud NAT',
      '36.35',
    ],
    ['a load balancer', {}, 'Load balancer', '18.25'],
    ['the free minutes', {}, 'GitHub Actions', '0.00'],
    ['more minutes', { actionsMinutes: 5000 }, 'GitHub Actions', '18.00'],
    [
      'more minutes, in public',
      { actionsMinutes: 5000, visibility: 'public' },
      'GitHub Actions',
      '0.00',
    ],
    [
      'more minutes, on own runners',
      { actionsMinutes: 5000, runners: 'own' },
      'GitHub Actions',
      '0.00',
    ],
    ['any cluster', {}, 'Management fee', '73.00'],
  ] as [string, Partial<Input>, string, string][])(
    'prices %s',
    async (_, changes, item, monthly) => {
      expect(line(await estimate(changes), item)).toBe(monthly);
    },
  );

  it.each([
    // 73.00 + 146.74 + 30.00 + 18.25 + 10.95
    ['zonal', {}, '278.94', '73.00', '205.94'],
    // 73.00 + 440.23 + 90.00 + 18.25 + 32.85
    ['regional', { locationType: 'regional' }, '654.33', '0.00', '654.33'],
    // 73.00 + 54.69 + 18.25
    ['Autopilot', { mode: 'autopilot' }, '145.94', '73.00', '72.94'],
    // 73.00 + 3,913.15 + 800.00 + 18.25 + 292.00
    ['large', { nodes: 80 }, '5,096.40', '73.00', '5,023.40'],
  ] as [string, Partial<Input>, string, string, string][])(
    'adds up a %s cluster',
    async (_, changes, total, credit, totalWithCredit) => {
      const { amounts, ...rest } = await estimate(changes);
      expect(rest).toMatchObject({ total, credit, totalWithCredit });
      expect(amounts).toEqual({
        total: Number(total.replace(',', '')),
        credit: Number(credit),
        totalWithCredit: Number(totalWithCredit.replace(',', '')),
      });
    },
  );

  it.each([
    ['1 node instead of 3', { nodes: 1 }, '125.13'],
    ['2 nodes instead of 3', { nodes: 2 }, '62.56'],
    ['Spot', { spot: true }, '58.68'],
    ['e2-medium', { machineType: 'e2-medium' }, '73.37'],
    ['Disks of 50 GB', { diskGb: 50 }, '15.00'],
    ['pd-standard', { diskType: 'pd-standard' }, '18.00'],
    ['Autopilot', { mode: 'autopilot' }, '133.00'],
    ['Own runners', { runners: 'own' }, '0.00'],
  ] as [string, Partial<Input>, string][])(
    'says what “%s” saves',
    async (start, change, saves) => {
      const changed = await estimate(change);
      expect(lever(await estimate(), start)).toMatchObject({
        saves,
        monthly: changed.totalWithCredit,
      });
    },
  );

  it('says what fewer zones save, the credit included', async () => {
    const regional = await estimate({ locationType: 'regional' });
    // 654.33 - 205.94
    expect(lever(regional, 'Zonal')).toMatchObject({
      saves: '448.39',
      monthly: '205.94',
    });
    expect(regional.nodes).toBe(9);
  });

  it('says what own runners save, and that something else would cost more', async () => {
    const many = await estimate({ mode: 'autopilot', actionsMinutes: 6000 });
    // 4,000 minutes at 0.006, less their pods
    expect(lever(many, 'Own runners')?.saves).toBe('14.64');
    expect(
      lever(many, 'Standard with 3 × e2-standard-2 in one zone')?.saves,
    ).toBe('-133.00');
  });

  it('gives a range where the load decides', async () => {
    const autoscaled = await estimate({ autoscaling: { min: 2, max: 5 } });
    // 18.25, and 62.563 a node
    expect(autoscaled.range).toEqual({
      min: '143.38',
      max: '331.07',
      minNodes: 2,
      maxNodes: 5,
    });
    expect(lever(autoscaled, 'Autoscaling')).toMatchObject({
      lever: 'Autoscaling from one node instead of 2',
      monthly: '80.81 to 331.07',
      saves: 'up to 125.13',
    });
    expect(lever(autoscaled, '1 node')).toBeUndefined();
    expect((await estimate()).range).toBeUndefined();
  });

  it('offers no lever that is pulled already', async () => {
    const { levers } = await estimate({
      region: 'europe-west1',
      nodes: 1,
      machineType: 'e2-medium',
      diskGb: 50,
      diskType: 'pd-standard',
      spot: true,
      runners: 'own',
    });
    expect(levers).toEqual([]);
  });

  it('says what it has no price for, instead of guessing', async () => {
    const { lines, notCounted, levers } = await estimate({
      mode: 'autopilot',
      region: 'europe-west1',
    });
    expect(lines.map(({ item }) => item)).toEqual([
      'Management fee',
      'GitHub Actions',
      'Container registry',
    ]);
    // Against a figure without the pods everything else would look dear
    expect(levers.map(each => each.lever)).toEqual(['Own runners']);
    expect(notCounted[0]).toContain('The pods of Autopilot in europe-west1');
    expect(notCounted[1]).toContain('forwarding rules in europe-west1');
  });

  it('dates every source, and the whole by the oldest', async () => {
    const { pricedOn, sources } = await estimate();
    expect(sources.map(({ seen }) => seen).sort()[0]).toBe(pricedOn);
    for (const source of sources) {
      expect(source).toEqual({
        what: expect.any(String),
        url: expect.stringMatching(/^https:/),
        seen: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      });
    }
  });

  it.each([
    [
      { region: 'mars-north1' },
      'Region mars-north1: there are no prices for it; known are us-central1, us-east1, us-west1, europe-west1, europe-west4, asia-southeast1',
    ],
    [
      { machineType: 'toString' },
      'Machine toString: there are no prices for it; known are e2-medium, e2-standard-2, e2-standard-4, e2-standard-8',
    ],
    [
      { autoscaling: { min: 5, max: 2 } },
      'Autoscaling from 5 to 2 nodes: the fewest are more than the most; swap them',
    ],
    [
      { nodes: 3, autoscaling: { min: 1, max: 2 } },
      'Autoscaling from 1 to 2 nodes: it starts with 3, which has to be between them',
    ],
  ] as [Partial<Input>, string][])('refuses %j', async (changes, message) => {
    await expect(estimate(changes)).rejects.toThrow(message);
  });
});
