import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';

export interface ExpiringToken {
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

const RENEW_BEFORE_MS = 5 * 60_000;
/** So that a token doesn't expire on its way to the cluster, or by a clock that is ahead. */
const MARGIN_MS = 30_000;
const RETRY_AFTER_MS = 10_000;

/**
 * One token for all who need it. It is renewed once for all of them, and from five minutes before it expires
 * on without anybody having to wait. An expired one is never handed out.
 */
export class RenewedToken {
  readonly #fetch: () => Promise<ExpiringToken>;
  readonly #logger: LoggerService;
  #current?: ExpiringToken;
  #renewal?: Promise<ExpiringToken>;
  #failed?: { error: Error; at: number };

  static create(options: {
    fetch: () => Promise<ExpiringToken>;
    logger: LoggerService;
  }) {
    return new RenewedToken(options);
  }

  private constructor(options: {
    fetch: () => Promise<ExpiringToken>;
    logger: LoggerService;
  }) {
    this.#fetch = options.fetch;
    this.#logger = options.logger;
  }

  /** Rejects with what the last attempt failed with when there is no token that is still valid. */
  async get(): Promise<string> {
    const current = this.#current;
    const left = (current?.expiresAt ?? 0) - Date.now();
    if (!current || left <= MARGIN_MS) {
      return (await this.#renew()).token;
    }
    if (left <= RENEW_BEFORE_MS) {
      // Logged where it happens, and the present one still does
      this.#renew().catch(() => {});
    }
    return current.token;
  }

  async #renew(): Promise<ExpiringToken> {
    if (this.#failed && Date.now() - this.#failed.at < RETRY_AFTER_MS) {
      throw this.#failed.error;
    }
    this.#renewal ??= this.#fetchOnce().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #fetchOnce(): Promise<ExpiringToken> {
    try {
      this.#current = await this.#fetch();
      this.#failed = undefined;
      return this.#current;
    } catch (thrown) {
      const error = toError(thrown);
      this.#failed = { error, at: Date.now() };
      this.#logger.warn('Google gave no new access token', error);
      throw error;
    }
  }
}
