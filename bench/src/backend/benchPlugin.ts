import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { Router } from 'express';

/** The least that a route of a Backstage backend does: it sees who asks, and answers. */
export const benchPlugin = createBackendPlugin({
  pluginId: 'bench',
  register(env) {
    env.registerInit({
      deps: { http: coreServices.httpRouter, httpAuth: coreServices.httpAuth },
      async init({ http, httpAuth }) {
        const router = Router();
        router.get('/floor', (request, response, next) => {
          httpAuth
            .credentials(request, { allow: ['user'] })
            .then(() => response.json({}), next);
        });
        http.use(router);
      },
    });
  },
});
