export interface Summary {
  count: number;
  p50: number;
  p95: number;
  max: number;
}

/** The smallest sample that as many as `share` of all samples don't exceed (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  if (!samples.length) {
    throw new Error('There are no samples');
  }
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

export function summarize(samples: readonly number[]): Summary {
  return {
    count: samples.length,
    p50: percentile(samples, 0.5),
    p95: percentile(samples, 0.95),
    max: percentile(samples, 1),
  };
}
