const UNITS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a Go duration (`1h30m`, `500ms`); the fallback when there is none. */
export function parseDuration(
  text: string | undefined,
  fallbackMs: number,
): number {
  if (!text) {
    return fallbackMs;
  }
  const parts = [...text.matchAll(/([0-9.]+)(ns|us|µs|ms|s|m|h)/g)];
  return parts.length === 0
    ? fallbackMs
    : parts.reduce(
        (sum, [, value, unit]) => sum + Number(value) * UNITS[unit],
        0,
      );
}

/** A duration as Go prints it: `9m30s`, `1m0s`, `5.029s`, `15.35ms`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) {
    return `${Number(ms.toFixed(6))}ms`;
  }
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = Number(((ms % 60_000) / 1000).toFixed(9));
  return `${hours ? `${hours}h` : ''}${
    hours || minutes ? `${minutes}m` : ''
  }${seconds}s`;
}
