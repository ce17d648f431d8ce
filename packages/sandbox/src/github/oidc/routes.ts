import type { Router } from 'express';
import { requiresAuthentication } from '../errors';
import { issuerPath, type IdTokens } from './IdTokens';

/** The issuer for who verifies tokens, and where a running job asks for one. */
export function addIdTokenRoutes(router: Router, idTokens: IdTokens): void {
  router.get(
    `${issuerPath}/.well-known/openid-configuration`,
    (_request, response) => {
      response.json(idTokens.configuration());
    },
  );
  router.get(`${issuerPath}/.well-known/jwks`, (_request, response) => {
    response.json(idTokens.keys());
  });
  router.get(
    '/_services/actions/jobs/:job(\\d+)/idtoken',
    async (request, response) => {
      const [, token] =
        /^bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
      if (!token) {
        throw requiresAuthentication();
      }
      const { audience } = request.query;
      const value = await idTokens.sign(
        Number(request.params.job),
        token,
        typeof audience === 'string' ? audience : undefined,
      );
      response.json({ value });
    },
  );
}
