import type { ClusterChoices } from './ClusterChoices';
import {
  FLEET_REQUESTS,
  RUNNER_CONTROLLER_REQUESTS,
  RUNNER_REQUESTS,
} from './fleetPods';
import { cents } from './money';
import {
  ComputePrice,
  EVERYWHERE,
  MACHINES,
  REGIONS,
  RegionPrices,
} from './prices';

/** What choices cost a month, in cents that add up. */
export interface Cost {
  lines: { item: string; detail: string; monthly: number }[];
  total: number;
  credit: number;
  totalWithCredit: number;
}

const { hoursAMonth } = EVERYWHERE;

/** Nodes in the whole cluster: a regional one has them in each of three zones. */
export const nodesOf = (
  { locationType }: ClusterChoices,
  nodes: number,
): number => (locationType === 'regional' ? 3 * nodes : nodes);

const hourly = (price: ComputePrice, size: ComputePrice): number =>
  price.vcpu * size.vcpu + price.gib * size.gib;

function standardLines(choices: ClusterChoices, prices: RegionPrices) {
  const { machineType, diskGb, diskType, spot } = choices;
  const nodes = nodesOf(choices, choices.nodes);
  const machine = spot ? `${machineType} as Spot` : machineType;
  return [
    {
      item: 'Nodes',
      detail: `${nodes} × ${machine}, ${hoursAMonth} h`,
      monthly:
        hourly(spot ? prices.e2Spot : prices.e2, MACHINES[machineType]) *
        hoursAMonth *
        nodes,
    },
    {
      item: 'Boot disks',
      detail: `${nodes} × ${diskGb} GB ${diskType}`,
      monthly: prices.disk[diskType] * diskGb * nodes,
    },
  ];
}

function autopilotLines(choices: ClusterChoices, prices: RegionPrices) {
  if (!prices.autopilot) {
    return [];
  }
  const { pods, vcpu, gib } = FLEET_REQUESTS;
  const lines = [
    {
      item: 'Pods of the fleet itself',
      detail: `${pods} pods that request ${vcpu.toFixed(
        2,
      )} vCPU and ${gib.toFixed(2)} GiB, ${hoursAMonth} h`,
      monthly: hourly(prices.autopilot, FLEET_REQUESTS) * hoursAMonth,
    },
  ];
  if (choices.runners === 'own') {
    lines.push({
      item: 'Pods of the runners',
      detail: `controller and listener, and ${choices.actionsMinutes} minutes of ${RUNNER_REQUESTS.vcpu} vCPU and ${RUNNER_REQUESTS.gib} GiB`,
      monthly:
        hourly(prices.autopilot, RUNNER_CONTROLLER_REQUESTS) * hoursAMonth +
        (hourly(prices.autopilot, RUNNER_REQUESTS) * choices.actionsMinutes) /
          60,
    });
  }
  return lines;
}

function networkLines(choices: ClusterChoices, prices: RegionPrices) {
  const { address, nat } = EVERYWHERE;
  const lines = [];
  const nodes = nodesOf(choices, choices.nodes);
  if (prices.forwardingRules) {
    lines.push({
      item: 'Load balancer',
      detail: 'forwarding rules for Contour, without the traffic',
      monthly: prices.forwardingRules * hoursAMonth,
    });
  }
  if (choices.mode === 'standard' && choices.privateNodes) {
    lines.push({
      item: 'Cloud NAT',
      detail: `for ${nodes} nodes, with one address, without the traffic`,
      monthly: (Math.min(nat.node * nodes, nat.most) + address) * hoursAMonth,
    });
  }
  if (choices.mode === 'standard' && !choices.privateNodes) {
    lines.push({
      item: 'Addresses of the nodes',
      detail: `${nodes} external IPv4 addresses`,
      monthly: address * hoursAMonth * nodes,
    });
  }
  return lines;
}

function githubLine({ visibility, runners, actionsMinutes }: ClusterChoices) {
  const { freeMinutes, minute } = EVERYWHERE.actions;
  const item = 'GitHub Actions';
  if (runners === 'own') {
    return { item, detail: 'nothing for own runners', monthly: 0 };
  }
  if (visibility === 'public') {
    return { item, detail: 'nothing for public repositories', monthly: 0 };
  }
  return {
    item,
    detail: `${actionsMinutes} minutes on Linux, ${freeMinutes} of them free`,
    monthly: Math.max(0, actionsMinutes - freeMinutes) * minute,
  };
}

/** Computes what choices cost a month; the region and the machine have to be known. */
export function costOf(choices: ClusterChoices): Cost {
  const prices = REGIONS[choices.region];
  const fee = cents(EVERYWHERE.managementFee * hoursAMonth);
  const lines = [
    { item: 'Management fee', detail: `${hoursAMonth} h`, monthly: fee },
    ...(choices.mode === 'autopilot'
      ? autopilotLines(choices, prices)
      : standardLines(choices, prices)),
    ...networkLines(choices, prices),
    githubLine(choices),
    {
      item: 'Container registry',
      detail: 'GitHub takes nothing for images at present',
      monthly: 0,
    },
  ].map(line => ({ ...line, monthly: cents(line.monthly) }));
  const total = cents(lines.reduce((sum, { monthly }) => sum + monthly, 0));
  const credited =
    choices.mode === 'autopilot' || choices.locationType === 'zonal';
  const credit = credited ? Math.min(fee, EVERYWHERE.managementCredit) : 0;
  return { lines, total, credit, totalWithCredit: cents(total - credit) };
}
