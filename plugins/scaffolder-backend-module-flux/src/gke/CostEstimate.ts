import type { PriceSource } from './sources';

/** A number of US dollars as a page shows it, with two decimals. */
export type Money = string;

/** One line of the table of costs. */
export interface CostLine {
  item: string;
  detail: string;
  monthly: Money;
}

/** What one other choice would do to the cost, with everything else as chosen. */
export interface Lever {
  lever: string;
  /** What it takes, and what is lost by it. */
  detail: string;
  /** Of the whole cluster, with the credit; two figures where it depends on the load. */
  monthly: Money;
  /** Starts with a minus sign where the choice costs more. */
  saves: Money;
}

/** What a cluster costs a month, in US dollars, ready to be put into a page. */
export interface CostEstimate {
  lines: CostLine[];
  total: Money;
  /** What Google takes off the management fee for one cluster of a billing account. */
  credit: Money;
  totalWithCredit: Money;
  /** For conditions and sums; the same figures as above. */
  amounts: { total: number; credit: number; totalWithCredit: number };
  /** With the fewest and with the most nodes, when their number follows the load. */
  range?: { min: Money; max: Money; minNodes: number; maxNodes: number };
  /** In the whole cluster. */
  nodes: number;
  levers: Lever[];
  notCounted: string[];
  /** The day of the oldest price. */
  pricedOn: string;
  sources: PriceSource[];
}
