import express, { type ErrorRequestHandler, type Express } from 'express';
import Router from 'express-promise-router';
import { randomUUID } from 'node:crypto';
import type { GithubContext } from './context';
import { GithubError, notFound } from './errors';
import { addSmartHttpRoutes } from './git/smartHttp';
import { answerGraphql } from './graphql';
import { addIdTokenRoutes } from './oidc/routes';
import { createPages } from './pages/router';
import { addAccessRoutes } from './rest/access';
import { addActionRoutes } from './rest/actions';
import { addCommitRoutes } from './rest/commits';
import { addContentRoutes } from './rest/content';
import { addGitDataRoutes } from './rest/gitData';
import { addPullRoutes } from './rest/pulls';
import { addRepositoryRoutes } from './rest/repositories';
import { addSettingsRoutes } from './rest/settings';
import { Views } from './rest/views';

function createRest(context: GithubContext) {
  const router = Router();
  const views = new Views(context);
  router.use(express.json({ limit: '64mb', strict: false }));
  addSettingsRoutes(router, context, views);
  addRepositoryRoutes(router, context, views);
  addAccessRoutes(router, context, views);
  addContentRoutes(router, context, views);
  addCommitRoutes(router, context, views);
  addGitDataRoutes(router, context, views);
  addPullRoutes(router, context, views);
  addActionRoutes(router, context, views);
  router.use((request, _response, next) => {
    const call = `${request.method} ${request.path}`;
    context.logger.warn(`GitHub double: ${call} is not supported`);
    next(notFound());
  });
  return router;
}

function answerErrors(context: GithubContext): ErrorRequestHandler {
  return (error, request, response, _next) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error instanceof GithubError) {
      response.status(error.status).json(error);
      return;
    }
    if (error.type === 'entity.parse.failed') {
      const parsing = new GithubError(400, 'Problems parsing JSON');
      response.status(400).json(parsing);
      return;
    }
    if (error.status >= 400 && error.status < 500) {
      response
        .status(error.status)
        .json(new GithubError(error.status, error.message));
      return;
    }
    context.logger.error(
      `GitHub double: ${request.method} ${request.path} failed`,
      error,
    );
    response.status(500).json(new GithubError(500, 'Server Error'));
  };
}

/** The HTTP side of the double: REST, GraphQL, smart HTTP and pages. */
export function createApp(context: GithubContext): Express {
  const app = express();
  app.disable('x-powered-by');
  // ETags are those of the git objects, set where they are known.
  app.disable('etag');
  app.use((_request, response, next) => {
    response.setHeader('X-GitHub-Request-Id', randomUUID());
    response.setHeader('X-Content-Type-Options', 'nosniff');
    next();
  });
  app.use('/api/v3', createRest(context));
  const router = Router();
  router.post(
    '/api/graphql',
    express.json({ limit: '64mb' }),
    async (request, response) => {
      response.json(await answerGraphql(context, request));
    },
  );
  addIdTokenRoutes(router, context.idTokens);
  addSmartHttpRoutes(router, context);
  app.use(router);
  app.use(createPages(context));
  app.use(answerErrors(context));
  return app;
}
