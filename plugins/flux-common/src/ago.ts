const UNITS: [seconds: number, unit: string][] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
];

/** How long ago an instant was, as rows say it: `40 min ago`. Empty for what is no instant or lies ahead. */
export function ago(at: string | undefined, now: string | undefined): string {
  const seconds = (Date.parse(now ?? '') - Date.parse(at ?? '')) / 1000;
  if (!(seconds >= 0)) return '';
  const [size, unit] = UNITS.find(([s]) => seconds >= s) ?? [];
  return size ? `${Math.floor(seconds / size)} ${unit} ago` : 'just now';
}
