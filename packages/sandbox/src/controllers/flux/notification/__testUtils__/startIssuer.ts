import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, JWTPayload, SignJWT } from 'jose';

/** An OIDC issuer on loopback that signs whatever it is asked to. */
export async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' }];
  const server = createServer((request, response) => {
    const issuer = `http://${request.headers.host}`;
    const found: Record<string, object> = {
      '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/k` },
      '/k': { keys },
    };
    const answer = found[request.url ?? ''];
    response.writeHead(answer ? 200 : 404, {
      'content-type': 'application/json',
    });
    response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    sign: (claims: JWTPayload, key = privateKey, alg = 'RS256') =>
      new SignJWT({
        iss: issuer,
        aud: 'notification-controller',
        exp: Math.floor(Date.now() / 1000) + 300,
        ...claims,
      })
        .setProtectedHeader({ alg, kid: 'one' })
        .sign(key),
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
