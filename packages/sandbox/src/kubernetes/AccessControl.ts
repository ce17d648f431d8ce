import type { IncomingMessage } from 'node:http';
import {
  authenticate,
  impersonated,
  impersonatedGroups,
  type TokenConfig,
  type UserInfo,
} from './Authenticator';
import type { Authorizer } from './Authorizer';
import { forbidden, StatusError } from './errors';
import type { RequestInfo } from './RequestInfo';

/** Decides who asks, and whether they may. */
export class AccessControl {
  readonly #authorizer: Authorizer;
  #tokens: TokenConfig[];

  constructor(authorizer: Authorizer, tokens: TokenConfig[]) {
    this.#authorizer = authorizer;
    this.#tokens = tokens;
  }

  set tokens(tokens: TokenConfig[]) {
    this.#tokens = tokens;
  }

  /** As whom the request acts. @throws StatusError 401, or 403 when it may not act as somebody else. */
  userOf(request: IncomingMessage): UserInfo {
    const user = authenticate(request, this.#tokens);
    const other = impersonated(request);
    if (!other) {
      return user;
    }
    const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(other.username);
    const access = {
      verb: 'impersonate',
      group: '',
      resource: account ? 'serviceaccounts' : 'users',
      namespace: account?.[1],
      name: account?.[2] ?? other.username,
    };
    const groups = impersonatedGroups(request).map(group => ({
      verb: 'impersonate',
      group: '',
      resource: 'groups',
      name: group,
    }));
    for (const wanted of [access, ...groups]) {
      if (!this.#authorizer.allows(user, wanted)) {
        throw forbidden(user.username, wanted);
      }
    }
    return other;
  }

  /** @throws StatusError 403. */
  authorize(user: UserInfo, info: RequestInfo): void {
    const { type, verb, namespace, subresource } = info;
    const access = {
      verb,
      group: type.group,
      resource: subresource ? `${type.plural}/${subresource}` : type.plural,
      // A Namespace is asked for in itself, as the API server's own paths have it.
      namespace:
        type.kind === 'Namespace' && !type.group ? info.name : namespace,
      name: info.name,
    };
    if (!this.#authorizer.allows(user, access)) {
      throw forbidden(user.username, access);
    }
  }

  /** For paths that lead to no resource. @throws StatusError 403. */
  authorizePath(user: UserInfo, path: string): void {
    if (!this.#authorizer.allowsPath(user, 'get', path)) {
      throw new StatusError(
        403,
        'Forbidden',
        `forbidden: User "${user.username}" cannot get path "${path}"`,
        {},
      );
    }
  }
}
