import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { badCredentials } from '../errors';
import { signingAlgorithm, type SigningKey } from './signingKey';

/** What a token says of the job that asked for it; all are strings, as GitHub's are. */
export type JobClaims = Record<string, string> & {
  sub: string;
  repository_owner: string;
};

/** Where the issuer is below the server, as on GitHub Enterprise Server. */
export const issuerPath = '/_services/token';

const digest = (token: string) =>
  createHash('sha256').update(token).digest('hex');

/**
 * GitHub's OpenID Connect issuer: signs, for a job that runs, who it is.
 * https://docs.github.com/en/enterprise-server/actions/reference/security/oidc
 */
export class IdTokens {
  readonly issuer: string;
  readonly #url: string;
  readonly #key: SigningKey;
  readonly #jobs = new Map<string, { id: number; claims: JobClaims }>();

  /** @param url what the server is known as, without a slash at the end */
  constructor(url: string, key: SigningKey) {
    this.#url = url;
    this.#key = key;
    this.issuer = `${url}${issuerPath}`;
  }

  /** The discovery document. */
  configuration() {
    return {
      issuer: this.issuer,
      jwks_uri: `${this.issuer}/.well-known/jwks`,
      subject_types_supported: ['public', 'pairwise'],
      response_types_supported: ['id_token'],
      id_token_signing_alg_values_supported: [signingAlgorithm],
      scopes_supported: ['openid'],
    };
  }

  keys() {
    return { keys: [this.#key.public] };
  }

  /** Lets one job ask for tokens until it is closed; `variables` is what its steps need for that. */
  open(id: number, claims: JobClaims) {
    const token = randomBytes(24).toString('base64url');
    this.#jobs.set(digest(token), { id, claims });
    return {
      token,
      variables: {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${
          this.#url
        }/_services/actions/jobs/${id}/idtoken?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
      },
      close: () => void this.#jobs.delete(digest(token)),
    };
  }

  /** Signs a token for the job that the request's token belongs to; any other token is a 401. */
  async sign(
    id: number,
    requestToken: string,
    audience: string | undefined,
  ): Promise<string> {
    const job = this.#jobs.get(digest(requestToken));
    if (job?.id !== id) {
      throw badCredentials();
    }
    const { claims } = job;
    return new SignJWT(claims)
      .setProtectedHeader({
        typ: 'JWT',
        alg: signingAlgorithm,
        kid: this.#key.public.kid,
      })
      .setIssuer(this.issuer)
      .setAudience(audience || `${this.#url}/${claims.repository_owner}`)
      .setJti(randomUUID())
      .setIssuedAt()
      .setNotBefore('10 minutes ago')
      .setExpirationTime('5 minutes')
      .sign(this.#key.private);
  }
}
