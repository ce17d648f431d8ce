import type { ClusterChoices } from './ClusterChoices';
import { REGIONS } from './prices';

/** What costs money and is not in the figures: because it depends on use, or because no price could be read. */
export function notCounted(choices: ClusterChoices): string[] {
  const { mode, region, locationType, privateNodes } = choices;
  const prices = REGIONS[region];
  const autopilot = mode === 'autopilot';
  const what: (string | false)[] = [
    autopilot &&
      !prices.autopilot &&
      `**The pods of Autopilot in ${region}**, most of its cost: we have no price of that region`,
    !prices.forwardingRules &&
      `The load balancer’s forwarding rules in ${region}: we have no price of that region`,
    autopilot &&
      'The pods of your applications, ephemeral storage, and the addresses of the nodes that Autopilot chooses',
    autopilot &&
      privateNodes &&
      'Cloud NAT, whose price follows the nodes that Autopilot chooses',
    'Traffic to the internet, and what the load balancer and Cloud NAT process',
    (autopilot || locationType === 'regional') && 'Traffic between zones',
    'Logs and metrics beyond what is free',
    'Volumes and snapshots of your applications, DNS zones, databases and other services',
    'Your GitHub plan, and artifacts and caches of workflows beyond what it includes',
    'Taxes, exchange rates, discounts and committed use',
  ];
  return what.filter(item => item !== false);
}
