import { RootConfigService } from '@backstage/backend-plugin-api';
import { ANNOTATION_KUBERNETES_AUTH_PROVIDER } from '@backstage/plugin-kubernetes-common';

const PROVIDER = 'googleServiceAccount';

/** Whether a cluster may ask for Google tokens; those of the catalog aren't known before they are listed. */
export function usesGoogleServiceAccount(config: RootConfigService): boolean {
  const kubernetes = config.getOptionalConfig('kubernetes');
  const locators =
    kubernetes?.getOptionalConfigArray('clusterLocatorMethods') ?? [];
  return (
    kubernetes?.has('googleServiceAccountCredentials') ||
    locators.some(
      locator =>
        locator.getString('type') === 'catalog' ||
        hasProvider(locator) ||
        locator.getOptionalConfigArray('clusters')?.some(hasProvider),
    )
  );
}

function hasProvider(config: RootConfigService): boolean {
  const metadata = config.getOptional<Record<string, unknown>>('authMetadata');
  return (
    config.getOptionalString('authProvider') === PROVIDER ||
    metadata?.[ANNOTATION_KUBERNETES_AUTH_PROVIDER] === PROVIDER
  );
}
