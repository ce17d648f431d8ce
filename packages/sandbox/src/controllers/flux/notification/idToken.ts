import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { z } from 'zod';
import { Claims, OidcProvider, validateClaims } from './oidcProviders';

const DEFAULT_AUDIENCE = 'notification-controller';
const DISCOVERY_TIMEOUT_MS = 10_000;

const discovery = z.object({
  issuer: z.string(),
  jwks_uri: z.url(),
  id_token_signing_alg_values_supported: z
    .array(z.string())
    // Nothing that is signed with a shared secret, or not at all
    .transform(all => all.filter(name => /^(RS|PS|ES)\d+$|^EdDSA$/.test(name)))
    .default(['RS256']),
});

async function discover(issuer: string) {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, {
    signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS),
  });
  if (!response.ok) {
    throw new Error(`${url} answers ${response.status}`);
  }
  const found = discovery.parse(await response.json());
  if (found.issuer !== issuer) {
    throw new Error(`${url} says that it is of "${found.issuer}"`);
  }
  return found;
}

function bearerOf(authorization = ''): string {
  if (!authorization.startsWith('Bearer ')) {
    throw new Error('the Authorization header is missing or malformed');
  }
  const token = authorization.slice('Bearer '.length).trim();
  if (!token) {
    throw new Error('the Authorization header is missing a bearer token');
  }
  return token;
}

/** Only for choosing the provider: nothing of the token is trusted yet. */
function issuerOf(token: string): string {
  try {
    const { iss } = decodeJwt(token);
    if (!iss) {
      throw new Error("token is missing the 'iss' claim");
    }
    return iss;
  } catch (error) {
    throw new Error(
      `failed to parse bearer token: ${(error as Error).message}`,
    );
  }
}

/**
 * The claims of the bearer token of a call, verified as notification-controller does: the provider of its issuer,
 * signature, audience and times, then the provider's validations. Throws for a call that is not let in. Keys are
 * asked for anew each time, as there.
 */
export async function verifiedClaims(
  authorization: string | undefined,
  providers: OidcProvider[],
): Promise<Claims> {
  const token = bearerOf(authorization);
  const issuer = issuerOf(token);
  const provider = providers.find(({ issuerURL }) => issuerURL === issuer);
  if (!provider) {
    throw new Error(`no oidcProvider configured for issuer "${issuer}"`);
  }
  const found = await discover(issuer).catch(error => {
    throw new Error(
      `failed to initialize OIDC provider for issuer "${issuer}": ${error.message}`,
    );
  });
  const verified = await jwtVerify(
    token,
    createRemoteJWKSet(new URL(found.jwks_uri)),
    {
      issuer,
      audience: provider.audience || DEFAULT_AUDIENCE,
      algorithms: found.id_token_signing_alg_values_supported,
      requiredClaims: ['exp'],
    },
  ).catch(error => {
    throw new Error(`failed to verify OIDC token: ${error.message}`);
  });
  validateClaims(provider, verified.payload);
  return verified.payload;
}
