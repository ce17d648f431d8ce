import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import {
  badCredentials,
  forbidden,
  notFound,
  requiresAuthentication,
} from './errors';
import type { Repositories } from './store/Repositories';
import type { Repository } from './store/Repository';
import type { GithubToken, Permission } from './types';

export type Principal = {
  login: string;
  permission: Permission;
  /** `owner/name` of the only repository that it may write to. */
  repository?: string;
};

const levels: Permission[] = ['read', 'write', 'admin'];
const allows = (has: Permission, needs: Permission) =>
  levels.indexOf(has) >= levels.indexOf(needs);

function mayWriteTo({ repository }: Principal, request: Request): boolean {
  const { owner, repo } = request.params;
  const target = `${owner}/${repo?.replace(/\.git$/, '')}`;
  return !repository || repository.toLowerCase() === target.toLowerCase();
}

const digest = (value: string) => createHash('sha256').update(value).digest();

function tokenOf(authorization: string): string {
  const [scheme, ...rest] = authorization.split(' ');
  const value = rest.join(' ').trim();
  if (scheme.toLowerCase() !== 'basic') {
    return value;
  }
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  // git sends the token as the password of any user, or as the user without a password.
  return decoded.slice(colon + 1) || decoded.slice(0, Math.max(colon, 0));
}

/** Who sends a request, and what that allows. */
export class Authenticator {
  #tokens: { digest: Buffer; principal: Principal }[];
  readonly #repositories: Repositories;

  constructor(tokens: GithubToken[], repositories: Repositories) {
    this.#repositories = repositories;
    this.#tokens = tokens.map(({ token, login, permission = 'admin' }) => ({
      digest: digest(token),
      principal: { login, permission },
    }));
  }

  /** A token of the double's own making, such as a workflow job's; `revoke` ends it. */
  issue(principal: Principal): { token: string; revoke(): void } {
    const token = `ghs_${randomBytes(24).toString('base64url')}`;
    const entry = { digest: digest(token), principal };
    this.#tokens = [...this.#tokens, entry];
    return {
      token,
      revoke: () => {
        this.#tokens = this.#tokens.filter(t => t !== entry);
      },
    };
  }

  /** undefined for a request without credentials; 401 for wrong ones. */
  authenticate(request: Request): Principal | undefined {
    const { authorization } = request.headers;
    if (!authorization) {
      return undefined;
    }
    const sent = digest(tokenOf(authorization));
    const found = this.#tokens.find(t => timingSafeEqual(t.digest, sent));
    if (!found) {
      throw badCredentials();
    }
    return found.principal;
  }

  /** The principal of a request that must have one with at least this permission. */
  require(request: Request, needs: Permission): Principal {
    const principal = this.authenticate(request);
    if (!principal) {
      throw requiresAuthentication();
    }
    if (
      !allows(principal.permission, needs) ||
      (needs !== 'read' && !mayWriteTo(principal, request))
    ) {
      throw forbidden();
    }
    return principal;
  }

  /**
   * The repository of a request and who asks. As on GitHub, anybody reads a public repository,
   * and a private one does not exist for those who may not read it.
   */
  repository(
    request: Request,
    needs: Permission,
  ): { repository: Repository; principal: Principal | undefined } {
    const principal = this.authenticate(request);
    const { owner, repo } = request.params;
    const repository = this.#repositories.get(owner, repo);
    if (!repository || (repository.record.value.private && !principal)) {
      throw notFound();
    }
    if (needs === 'read') {
      return { repository, principal };
    }
    return { repository, principal: this.require(request, needs) };
  }

  /** As {@link repository}, for writes, which always have a principal. */
  writable(
    request: Request,
    needs: 'write' | 'admin' = 'write',
  ): { repository: Repository; principal: Principal } {
    const { repository } = this.repository(request, needs);
    return { repository, principal: this.require(request, needs) };
  }
}
