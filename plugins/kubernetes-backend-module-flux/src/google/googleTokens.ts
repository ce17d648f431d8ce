import { InputError, ServiceUnavailableError } from '@backstage/errors';
import { GoogleAuth } from 'google-auth-library';
import { ExpiringToken } from './RenewedToken';

const KEY = 'kubernetes.googleServiceAccountCredentials';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const TIMEOUT_MS = 10_000;

/**
 * Makes the one client that asks Google for access tokens.
 *
 * @param credentials - The JSON of a service account; without it the application default credentials are
 * looked for where all Google libraries do.
 * @throws InputError when the credentials are no JSON.
 */
export function googleTokens(
  credentials: string | undefined,
): () => Promise<ExpiringToken> {
  const auth = new GoogleAuth({
    scopes: SCOPE,
    credentials: credentials ? parse(credentials) : undefined,
    clientOptions: { transporterOptions: { timeout: TIMEOUT_MS } },
  });
  return async () => {
    try {
      const client = await auth.getClient();
      const { token } = await client.getAccessToken();
      if (!token) {
        throw new Error('the answer had no token in it');
      }
      // Where the kind of credentials knows no expiry, the library is asked each time
      return { token, expiresAt: client.credentials.expiry_date ?? 0 };
    } catch (error) {
      throw new ServiceUnavailableError(
        `Google gave no access token for authProvider 'googleServiceAccount'; check '${KEY}', or the application default credentials where it isn't set`,
        error,
      );
    }
  };
}

function parse(credentials: string): object {
  try {
    return JSON.parse(credentials);
  } catch {
    // The parser's own message quotes what it couldn't read, which is secret
    throw new InputError(
      `Invalid config: '${KEY}': expected the JSON of a Google service account`,
    );
  }
}
