import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  authProvidersExtensionPoint,
  createProxyAuthenticator,
  createProxyAuthProviderFactory,
} from '@backstage/plugin-auth-node';

const authenticator = createProxyAuthenticator<
  undefined,
  { user: string },
  undefined
>({
  defaultProfileTransform: async () => ({ profile: {} }),
  initialize: () => undefined,
  authenticate: async ({ req }) => ({
    result: { user: String(req.get('x-bench-user')) },
  }),
});

/** Signs in whoever says who he is, so that each viewer is a user with a token of his own. */
export const benchSignIn = createBackendModule({
  pluginId: 'auth',
  moduleId: 'bench-provider',
  register(env) {
    env.registerInit({
      deps: { providers: authProvidersExtensionPoint },
      async init({ providers }) {
        providers.registerProvider({
          providerId: 'bench',
          factory: createProxyAuthProviderFactory({
            authenticator,
            signInResolver: async ({ result }, context) => {
              const user = `user:default/${result.user}`;
              return context.issueToken({ claims: { sub: user, ent: [user] } });
            },
          }),
        });
      },
    });
  },
});
