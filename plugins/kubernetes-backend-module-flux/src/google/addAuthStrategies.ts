import {
  LoggerService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import {
  AuthenticationStrategy,
  KubernetesAuthStrategyExtensionPoint,
} from '@backstage/plugin-kubernetes-node';
import { authStrategies } from './authStrategies';
import { usesGoogleServiceAccount } from './usesGoogleServiceAccount';

/** Replaces `googleServiceAccount` where it may be in use, and leaves everything as it is elsewhere. */
export function addAuthStrategies(options: {
  config: RootConfigService;
  logger: LoggerService;
  extensionPoint: KubernetesAuthStrategyExtensionPoint;
}) {
  const { extensionPoint } = options;
  if (!usesGoogleServiceAccount(options.config)) {
    return;
  }
  const taken = strategiesOf(extensionPoint);
  for (const [key, strategy] of Object.entries(authStrategies(options))) {
    // Another module may have a better one; if it comes later, it takes the place of ours by itself
    if (!taken?.has(key)) {
      extensionPoint.addAuthStrategy(key, strategy);
    }
  }
}

/** What other modules have added; the Kubernetes plugin reads it so, though its extension point doesn't say. */
function strategiesOf(extensionPoint: KubernetesAuthStrategyExtensionPoint) {
  const { getAuthenticationStrategies: read } =
    extensionPoint as KubernetesAuthStrategyExtensionPoint & {
      getAuthenticationStrategies?(): ReadonlyMap<
        string,
        AuthenticationStrategy
      >;
    };
  return read?.call(extensionPoint);
}
