/** Loopback and bare addresses say nothing to a person; names do. */
export function isIP(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}(:\d+)?$/.test(host);
}
