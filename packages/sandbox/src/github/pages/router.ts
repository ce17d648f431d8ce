import type { ErrorRequestHandler } from 'express';
import Router from 'express-promise-router';
import type { GithubContext } from '../context';
import { GithubError, notFound } from '../errors';
import { onlyOwnPages } from './access';
import { addCodePages } from './codePages';
import { html } from './html';
import { page } from './layout';
import { addPullPages } from './pullPages';
import { addRunPages } from './runPages';

/** Pages for people, so that every `html_url` leads somewhere. */
export function createPages(context: GithubContext) {
  const router = Router();
  router.use(onlyOwnPages(context));
  addPullPages(router, context);
  addRunPages(router, context);
  addCodePages(router, context);
  router.use(() => {
    throw notFound();
  });
  const showError: ErrorRequestHandler = (error, request, response, next) => {
    if (!(error instanceof GithubError) || response.headersSent) {
      next(error);
      return;
    }
    const messages = (error.errors ?? []).map(e => e.message ?? e.field);
    response.status(error.status).send(
      page({
        title: error.message,
        body: html`<p>
          ${error.status === 404
            ? `There is nothing at ${request.path}.`
            : messages.join('; ')}
          <a href="/">All repositories</a>
        </p>`,
      }),
    );
  };
  router.use(showError);
  return router;
}
