import type { IncomingMessage } from 'node:http';
import { unauthorized } from './errors';

export interface UserInfo {
  username: string;
  groups: string[];
}

export interface TokenConfig {
  token: string;
  user: string;
  groups?: string[];
}

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

export function groupsOf(username: string): string[] {
  const match = SERVICE_ACCOUNT.exec(username);
  return match
    ? ['system:serviceaccounts', `system:serviceaccounts:${match[1]}`]
    : [];
}

const withGroups = (username: string, groups: string[]): UserInfo => ({
  username,
  groups: [
    ...new Set([...groups, ...groupsOf(username), 'system:authenticated']),
  ],
});

/** Who asks: by bearer token, or nobody in particular. A token that is not known is refused. */
export function authenticate(
  request: IncomingMessage,
  tokens: TokenConfig[],
): UserInfo {
  const header = request.headers.authorization;
  if (!header) {
    return { username: 'system:anonymous', groups: ['system:unauthenticated'] };
  }
  const token = /^bearer (.+)$/i.exec(header)?.[1].trim();
  const known = tokens.find(candidate => candidate.token === token);
  if (!known) {
    throw unauthorized();
  }
  return withGroups(known.user, known.groups ?? []);
}

/** Whom the request wants to act as; undefined when it acts as itself. */
export function impersonated(request: IncomingMessage): UserInfo | undefined {
  const user = request.headers['impersonate-user'];
  if (typeof user !== 'string' || !user) {
    return undefined;
  }
  return withGroups(user, impersonatedGroups(request));
}

/** The groups in which it wants to act; the header comes once a group. */
export function impersonatedGroups(request: IncomingMessage): string[] {
  const groups: string[] = [];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    if (request.rawHeaders[i].toLowerCase() === 'impersonate-group') {
      groups.push(request.rawHeaders[i + 1]);
    }
  }
  return groups;
}
