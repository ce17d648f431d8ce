import type { ClusterChoices } from './ClusterChoices';
import type { Lever } from './CostEstimate';
import { Cost, costOf, nodesOf } from './costOf';
import { FLEET_REQUESTS, RUNNER_REQUESTS } from './fleetPods';
import { money } from './money';
import { MACHINES, REGIONS } from './prices';

/** One choice made differently, where there is such a choice. */
interface Change {
  lever: string;
  detail: string;
  change: Partial<ClusterChoices>;
}

/** From the cheapest to the dearest. */
const MACHINE_TYPES = Object.keys(MACHINES);

const FLEET = `${FLEET_REQUESTS.vcpu.toFixed(
  2,
)} vCPU and ${FLEET_REQUESTS.gib.toFixed(2)} GiB`;

/** What the form starts with; Autopilot has no number of its own. */
const STANDARD_NODES = 3;

/** What the form starts with, and still enough for the images of the fleet. */
const SMALL_DISK_GB = 50;

function fewerNodes({ nodes, locationType }: ClusterChoices): Change[] {
  const zonal = locationType === 'zonal';
  const where = zonal ? '' : ' in each zone';
  return [...new Set([nodes - 1, 1])]
    .filter(fewer => fewer >= 1 && fewer < nodes)
    .map(fewer => ({
      lever: `${fewer} ${
        fewer === 1 ? 'node' : 'nodes'
      }${where} instead of ${nodes}`,
      detail:
        zonal && fewer === 1
          ? `Has to hold the ${FLEET} that the fleet itself requests; everything stops while it is upgraded or lost.`
          : 'Less room for applications, and less left when a node is upgraded or lost.',
      change: { nodes: fewer },
    }));
}

function standardChanges(choices: ClusterChoices): Change[] {
  const { locationType, machineType, spot, diskGb, diskType } = choices;
  // Where the load decides how many there are, their first number saves nothing
  const changes = choices.autoscaling ? [] : fewerNodes(choices);
  const smaller = MACHINE_TYPES[MACHINE_TYPES.indexOf(machineType) - 1];
  if (locationType === 'regional') {
    changes.push({
      lever: 'Zonal instead of regional',
      detail: `Nodes in one zone (${
        choices.nodes
      }) instead of in three (${nodesOf(
        choices,
        choices.nodes,
      )}). Neither they nor the control plane survive the loss of that zone. Counts on the credit, which only one cluster of a billing account gets.`,
      change: { locationType: 'zonal' },
    });
  }
  if (!spot) {
    changes.push({
      lever: 'Spot nodes',
      detail:
        'Google takes them back with 30 seconds’ notice when it needs them, and changes their price as often as daily.',
      change: { spot: true },
    });
  }
  if (smaller) {
    const { vcpu, gib } = MACHINES[smaller];
    changes.push({
      lever: `${smaller} instead of ${machineType}`,
      detail: `${vcpu} vCPU and ${gib} GiB for each node; the fleet itself requests ${FLEET} of them all.${
        choices.runners === 'own' && vcpu <= RUNNER_REQUESTS.vcpu
          ? ` No job of the runners fits on one: each requests ${RUNNER_REQUESTS.vcpu} vCPU.`
          : ''
      }`,
      change: { machineType: smaller },
    });
  }
  if (diskGb > SMALL_DISK_GB) {
    changes.push({
      lever: `Disks of ${SMALL_DISK_GB} GB instead of ${diskGb}`,
      detail: 'Less room for images, and slower: speed grows with size.',
      change: { diskGb: SMALL_DISK_GB },
    });
  }
  if (diskType !== 'pd-standard') {
    changes.push({
      lever: `pd-standard instead of ${diskType}`,
      detail: 'Magnetic disks: nodes start and pull images more slowly.',
      change: { diskType: 'pd-standard' },
    });
  }
  if (REGIONS[choices.region].autopilot) {
    changes.push({
      lever: 'Autopilot instead of nodes',
      detail: `Bills what pods request. Only the fleet itself is in this figure: ${FLEET_REQUESTS.pods} pods with ${FLEET}. Applications come on top of it.`,
      change: { mode: 'autopilot', autoscaling: undefined },
    });
  }
  return changes;
}

function otherChanges(choices: ClusterChoices): Change[] {
  const { mode, region, visibility, runners } = choices;
  const changes: Change[] = [];
  if (mode === 'autopilot' && REGIONS[region].autopilot) {
    changes.push({
      lever: `Standard with ${STANDARD_NODES} × ${choices.machineType} in one zone`,
      detail: 'Has room for applications, which Autopilot bills on top.',
      change: {
        mode: 'standard',
        locationType: 'zonal',
        nodes: STANDARD_NODES,
      },
    });
  }
  if (visibility === 'private' && runners === 'github') {
    changes.push({
      lever: 'Own runners',
      detail: `Jobs run as pods of this cluster, ${
        mode === 'autopilot'
          ? 'which are in this figure'
          : 'which has to have room for them'
      }. GitHub takes nothing for them; a charge of 0.002 a minute was announced for 2026 and postponed.`,
      change: { runners: 'own' },
    });
  }
  return changes;
}

/** How much autoscaling saves depends on the load, so that it has no single figure. */
function autoscalingFromOne(choices: ClusterChoices, now: Cost): Lever[] {
  const { mode, nodes, autoscaling } = choices;
  const from = autoscaling?.min ?? nodes;
  if (mode === 'autopilot' || from <= 1) {
    return [];
  }
  const idle = costOf({ ...choices, nodes: 1 }).totalWithCredit;
  const most = costOf({ ...choices, nodes: autoscaling?.max ?? nodes });
  const where = choices.locationType === 'regional' ? ' in each zone' : '';
  return [
    {
      lever: `Autoscaling from one node${where} instead of ${from}`,
      detail:
        'The cheapest figure is that of a cluster that idles all month. Pods wait a minute or two for a node when load comes.',
      monthly: `${money(idle)} to ${money(most.totalWithCredit)}`,
      saves: `up to ${money(now.totalWithCredit - idle)}`,
    },
  ];
}

/** What each other choice would save, by the same computation; the one that saves most comes first. */
export function leversOf(choices: ClusterChoices, now: Cost): Lever[] {
  const changes = [
    ...(choices.mode === 'standard' ? standardChanges(choices) : []),
    ...otherChanges(choices),
  ];
  const levers = changes
    .map(({ lever, detail, change }) => {
      const monthly = costOf({ ...choices, ...change }).totalWithCredit;
      return { lever, detail, monthly, saves: now.totalWithCredit - monthly };
    })
    .sort((a, b) => b.saves - a.saves)
    .map(({ lever, detail, monthly, saves }) => ({
      lever,
      detail,
      monthly: money(monthly),
      saves: money(saves),
    }));
  return [...levers, ...autoscalingFromOne(choices, now)];
}
