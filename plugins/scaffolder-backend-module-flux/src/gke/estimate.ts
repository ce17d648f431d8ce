import { InputError } from '@backstage/errors';
import type { ClusterChoices } from './ClusterChoices';
import type { CostEstimate } from './CostEstimate';
import { costOf, nodesOf } from './costOf';
import { leversOf } from './levers';
import { money } from './money';
import { notCounted } from './notCounted';
import { MACHINES, REGIONS } from './prices';
import { SOURCES } from './sources';

function checkKnown(what: string, given: string, known: object): void {
  if (!Object.hasOwn(known, given)) {
    throw new InputError(
      `${what} ${given}: there are no prices for it; known are ${Object.keys(
        known,
      ).join(', ')}`,
    );
  }
}

function rangeOf(choices: ClusterChoices): CostEstimate['range'] {
  const { autoscaling, mode, nodes: first } = choices;
  if (!autoscaling || mode === 'autopilot') {
    return undefined;
  }
  const { min, max } = autoscaling;
  if (min > max) {
    throw new InputError(
      `Autoscaling from ${min} to ${max} nodes: the fewest are more than the most; swap them`,
    );
  }
  if (first < min || first > max) {
    throw new InputError(
      `Autoscaling from ${min} to ${max} nodes: it starts with ${first}, which has to be between them`,
    );
  }
  const costs = (nodes: number) =>
    money(costOf({ ...choices, nodes }).totalWithCredit);
  return {
    min: costs(min),
    max: costs(max),
    minNodes: nodesOf(choices, min),
    maxNodes: nodesOf(choices, max),
  };
}

/**
 * Computes what a GKE cluster costs a month.
 *
 * @throws InputError for a region or machine without prices
 */
export function estimate(choices: ClusterChoices): CostEstimate {
  checkKnown('Region', choices.region, REGIONS);
  checkKnown('Machine', choices.machineType, MACHINES);
  const cost = costOf(choices);
  const { total, credit, totalWithCredit } = cost;
  return {
    lines: cost.lines.map(line => ({ ...line, monthly: money(line.monthly) })),
    total: money(total),
    credit: money(credit),
    totalWithCredit: money(totalWithCredit),
    amounts: { total, credit, totalWithCredit },
    range: rangeOf(choices),
    nodes: nodesOf(choices, choices.nodes),
    levers: leversOf(choices, cost),
    notCounted: notCounted(choices),
    pricedOn: SOURCES.map(({ seen }) => seen).sort()[0],
    sources: SOURCES,
  };
}
