/** A user's or an organization's number: the same for a login each time. */
export function userId(login: string): number {
  return [...login].reduce((id, c) => id * 31 + c.charCodeAt(0), 7) % 1e9;
}
