import {
  LoggerService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import {
  AksStrategy,
  AnonymousStrategy,
  AwsIamStrategy,
  AzureIdentityStrategy,
  GoogleStrategy,
  OidcStrategy,
  ServiceAccountStrategy,
} from '@backstage/plugin-kubernetes-backend';
import { AuthenticationStrategy } from '@backstage/plugin-kubernetes-node';
import { GoogleServiceAccountTokens } from './GoogleServiceAccountTokens';

/**
 * All built-in strategies, with ours for `googleServiceAccount`. As soon as one is added through the
 * extension point, the Kubernetes plugin leaves all its own out, so that adding one means adding all.
 */
export function authStrategies(options: {
  config: RootConfigService;
  logger: LoggerService;
}): Record<string, AuthenticationStrategy> {
  const { config, logger } = options;
  return {
    aks: new AksStrategy(),
    aws: new AwsIamStrategy({ config }),
    azure: new AzureIdentityStrategy(logger),
    google: new GoogleStrategy(),
    googleServiceAccount: GoogleServiceAccountTokens.create({ config, logger }),
    localKubectlProxy: new AnonymousStrategy(),
    oidc: new OidcStrategy(),
    serviceAccount: new ServiceAccountStrategy(),
  };
}
