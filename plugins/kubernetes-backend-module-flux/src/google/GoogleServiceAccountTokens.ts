import {
  LoggerService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import {
  AuthenticationStrategy,
  KubernetesCredential,
} from '@backstage/plugin-kubernetes-node';
import { googleTokens } from './googleTokens';
import { RenewedToken } from './RenewedToken';

/**
 * Takes the place of the Kubernetes plugin's own strategy `googleServiceAccount`, which makes a client, and
 * asks for a token, for each request. A Google access token is valid for all clusters, so one does.
 */
export class GoogleServiceAccountTokens implements AuthenticationStrategy {
  readonly #token: RenewedToken;

  static create(options: { config: RootConfigService; logger: LoggerService }) {
    const credentials = options.config.getOptionalString(
      'kubernetes.googleServiceAccountCredentials',
    );
    return new GoogleServiceAccountTokens(
      RenewedToken.create({
        fetch: googleTokens(credentials),
        logger: options.logger,
      }),
    );
  }

  private constructor(token: RenewedToken) {
    this.#token = token;
  }

  async getCredential(): Promise<KubernetesCredential> {
    return { type: 'bearer token', token: await this.#token.get() };
  }

  validateCluster(): Error[] {
    return [];
  }

  presentAuthMetadata() {
    return {};
  }
}
