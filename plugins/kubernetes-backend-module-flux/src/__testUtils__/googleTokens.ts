import { generateKeyPairSync } from 'node:crypto';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';

/** Google's token endpoint; the libraries have its address built in. */
const TOKEN_URL = 'https://www.googleapis.com/oauth2/v4/token';

/** Credentials as they stand in `kubernetes.googleServiceAccountCredentials`. */
export function serviceAccountCredentials(): string {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return JSON.stringify({
    type: 'service_account',
    project_id: 'test',
    private_key_id: 'test',
    private_key: privateKey,
    client_email: 'backstage@test.iam.gserviceaccount.com',
    client_id: '1',
    token_uri: 'https://oauth2.googleapis.com/token',
  });
}

/** Gives `token-1`, `token-2`, … for an hour each; refuses while `refuse` is set. */
export function fakeGoogle() {
  const google = { requests: 0, refuse: false };
  const server = setupServer(
    http.post(TOKEN_URL, () => {
      google.requests++;
      return google.refuse
        ? HttpResponse.json({ error: 'invalid_grant' }, { status: 400 })
        : HttpResponse.json({
            access_token: `token-${google.requests}`,
            expires_in: 3600,
            token_type: 'Bearer',
          });
    }),
  );
  beforeAll(() => server.listen({ onUnhandledRequest: 'bypass' }));
  beforeEach(() => {
    google.requests = 0;
    google.refuse = false;
  });
  afterAll(() => server.close());
  return google;
}
