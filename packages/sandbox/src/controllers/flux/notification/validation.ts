import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { verifiedClaims } from './idToken';
import type { Claims } from './oidcProviders';

/** A call of a webhook, as far as its validity depends on it. */
export interface WebhookCall {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Why a call is refused; undefined when it is not. */
type Validation = (
  call: WebhookCall,
  token: string,
  events: string[],
) => string | undefined;

const HASHES = ['sha1', 'sha256', 'sha512'];

function isSame(a: string, b: string): boolean {
  const [given, expected] = [Buffer.from(a), Buffer.from(b)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** `<hash>=<hex>`, as GitHub writes signatures. */
function isSigned(signature: unknown, body: Buffer, token: string): boolean {
  const [hash, value = ''] = String(signature ?? '').split('=');
  return (
    HASHES.includes(hash) &&
    isSame(value, createHmac(hash, token).update(body).digest('hex'))
  );
}

function eventRefusal(
  sender: string,
  event: unknown,
  events: string[],
): string | undefined {
  const name = String(event ?? '');
  const allowed =
    events.length === 0 ||
    events.some(other => other.toLowerCase() === name.toLowerCase());
  return allowed
    ? undefined
    : `the ${sender} event "${name}" is not authorised`;
}

/** The senders that have a secret to compare or to sign with, and those that have none. */
const VALIDATIONS: Record<string, Validation> = {
  generic: () => undefined,
  'generic-hmac': ({ headers, body }, token) =>
    isSigned(headers['x-signature'], body, token)
      ? undefined
      : 'unable to validate HMAC signature',
  github: ({ headers, body }, token, events) =>
    isSigned(
      headers['x-hub-signature-256'] ?? headers['x-hub-signature'],
      body,
      token,
    )
      ? eventRefusal('GitHub', headers['x-github-event'], events)
      : 'the GitHub signature header is invalid',
  gitlab: ({ headers }, token, events) =>
    isSame(String(headers['x-gitlab-token'] ?? ''), token)
      ? eventRefusal('GitLab', headers['x-gitlab-event'], events)
      : 'the X-Gitlab-Token header value does not match the receiver token',
  harbor: ({ headers }, token) =>
    isSame(headers.authorization ?? '', token)
      ? undefined
      : 'the Harbor Authorization header value does not match the receiver token',
};

/** Whether the sandbox answers webhooks of a Receiver of this type. */
export function isWebhookType(type: string): boolean {
  return type === 'generic-oidc' || Object.hasOwn(VALIDATIONS, type);
}

/**
 * Throws why the call of a Receiver's webhook is refused.
 *
 * @returns the claims of the caller's ID token, where the Receiver asks for one
 */
export async function validate(
  call: WebhookCall,
  token: string,
  spec: any,
): Promise<Claims | undefined> {
  if (spec.type === 'generic-oidc') {
    return verifiedClaims(call.headers.authorization, spec.oidcProviders);
  }
  const refused = VALIDATIONS[spec.type](call, token, spec.events ?? []);
  if (refused) {
    throw new Error(refused);
  }
  return undefined;
}
