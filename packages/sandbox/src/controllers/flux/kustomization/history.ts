import { formatDuration } from '../lib/duration';

/** An entry of `status.history`: what was built, and how applying it went. */
export interface HistoryEntry {
  digest: string;
  firstReconciled: string;
  lastReconciled: string;
  lastReconciledDuration: string;
  lastReconciledStatus: string;
  metadata: { revision: string };
  totalReconciliations: number;
}

const KEPT = 5;

/** The history with this reconciliation: the same digest and status count up. */
export function addToHistory(
  history: HistoryEntry[] | undefined,
  entry: {
    digest: string;
    status: string;
    durationMs: number;
    revision: string;
    now: string;
  },
): HistoryEntry[] {
  const same = history?.find(
    other =>
      other.digest === entry.digest &&
      other.lastReconciledStatus === entry.status,
  );
  const next: HistoryEntry = {
    digest: entry.digest,
    firstReconciled: same?.firstReconciled ?? entry.now,
    lastReconciled: entry.now,
    lastReconciledDuration: formatDuration(entry.durationMs),
    lastReconciledStatus: entry.status,
    metadata: { revision: entry.revision },
    totalReconciliations: (same?.totalReconciliations ?? 0) + 1,
  };
  return [next, ...(history ?? []).filter(other => other !== same)].slice(
    0,
    KEPT,
  );
}
