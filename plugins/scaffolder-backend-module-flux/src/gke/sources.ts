/** A page with prices. */
export interface PriceSource {
  what: string;
  url: string;
  /** The day of what was read, YYYY-MM-DD. */
  seen: string;
}

/** Where each price comes from. */
export const SOURCES: PriceSource[] = [
  {
    what: 'Management fee and its credit, pods of Autopilot',
    url: 'https://cloud.google.com/kubernetes-engine/pricing',
    seen: '2026-08-28',
  },
  {
    what: 'Machines (E2, also as Spot), disks and addresses, as exported from Google’s price catalogue',
    url: 'https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator/blob/dac31281f2a4575f0a8bff20ac04fc71a5ff2190/pricing.yml',
    seen: '2026-08-20',
  },
  {
    what: 'Forwarding rules of load balancers',
    url: 'https://cloud.google.com/load-balancing/pricing',
    seen: '2026-11-23',
  },
  {
    what: 'Cloud NAT and its address',
    url: 'https://cloud.google.com/nat/pricing',
    seen: '2026-11-23',
  },
  {
    what: 'Minutes of GitHub Actions',
    url: 'https://docs.github.com/en/billing/reference/actions-runner-pricing',
    seen: '2026-11-23',
  },
  {
    what: 'GitHub’s container registry',
    url: 'https://docs.github.com/en/billing/concepts/product-billing/github-packages',
    seen: '2026-11-23',
  },
];
