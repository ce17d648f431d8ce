import { setTimeout as delay } from 'node:timers/promises';
import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ConflictError,
  ForwardedError,
  isError,
  ServiceUnavailableError,
  stringifyError,
} from '@backstage/errors';
import { FluxApi, RolloutTarget } from './FluxApi';
import {
  describeRollout,
  explainRollout,
  isRolledOut,
  rolloutKey,
  RolloutView,
  stuckOn,
} from './RolloutView';

const LEFT = 'Nothing is undone; the Flux tab tells how it goes on';

/** Errors that another try in some seconds may not have. */
const mayPass = (error: unknown) =>
  isError(error) &&
  !['NotAllowedError', 'AuthenticationError', 'InputError'].includes(
    error.name,
  ) &&
  !(
    error.name === 'ResponseError' &&
    Number(error.statusCode) < 500 &&
    ![408, 429].includes(Number(error.statusCode))
  );

/** Why it can't be asked any more, and what to do. */
function explainFinal(error: unknown): string {
  const ended =
    isError(error) && Number(error.statusCode) === 401
      ? '. The sign-in of who started the task has ended; retry the task'
      : '';
  return `${stringifyError(error)}${ended}`;
}

/** Tells each cluster’s state when it changes. */
class Progress {
  readonly #logger: LoggerService;
  readonly #told = new Map<string, string>();

  constructor(logger: LoggerService) {
    this.#logger = logger;
  }

  tell(about: string, key: string, text: string): void {
    if (this.#told.get(about) !== key) {
      this.#told.set(about, key);
      this.#logger.info(text);
    }
  }

  view(what: string, view: RolloutView | undefined): void {
    if (!view) {
      this.tell('', 'none', `${what}: not there yet`);
      return;
    }
    const missing = view.clusters.length
      ? view.notFound?.map(({ message }) => message).join(' ')
      : view.status.message;
    this.tell('', missing ?? '', missing || `${what}: Flux knows it`);
    for (const cluster of view.clusters) {
      this.tell(cluster.name, rolloutKey(cluster), describeRollout(cluster));
    }
  }
}

const lastSaid = (view: RolloutView | undefined) =>
  view?.clusters
    .filter(({ status }) => status.state !== 'upToDate')
    .map(explainRollout)
    .join('\n') ||
  view?.notFound?.map(({ message }) => message).join('\n') ||
  view?.status.message ||
  'Flux has nothing of it yet; look whether its enrolment is merged and applied';

/**
 * Waits until Flux’s view says that everything is rolled out, and tells on the way what it says.
 *
 * @throws ConflictError when it won’t go on by itself; ServiceUnavailableError after `timeoutMs`; whatever
 *   the signal is aborted with.
 */
export async function awaitRolledOut(options: {
  api: FluxApi;
  target: RolloutTarget;
  /** For messages, e.g. `component:default/orders`. */
  what: string;
  timeoutMs: number;
  pollMs: number;
  logger: LoggerService;
  signal?: AbortSignal;
}): Promise<RolloutView> {
  const { api, target, what, timeoutMs, pollMs, logger, signal } = options;
  const progress = new Progress(logger);
  const end = Date.now() + timeoutMs;
  let view: RolloutView | undefined;
  let failure: unknown;
  try {
    for (;;) {
      signal?.throwIfAborted();
      try {
        view = await api.rollout(target, signal);
        failure = undefined;
        progress.view(what, view);
      } catch (error) {
        if (signal?.aborted) {
          throw error;
        }
        if (!mayPass(error)) {
          throw new ForwardedError(
            `${what} can’t be waited for: ${explainFinal(error)}\n${LEFT}`,
            error,
          );
        }
        failure = error;
        progress.tell('error', String(error), `${error}; it is asked again`);
      }
      if (view && isRolledOut(view)) {
        return view;
      }
      const stuck = view ? stuckOn(view) : [];
      if (stuck.length > 0) {
        throw new ConflictError(
          `${what} won’t be rolled out by itself: ${stuck
            .map(explainRollout)
            .join('\n')}\n${LEFT}`,
        );
      }
      if (Date.now() >= end) {
        throw new ServiceUnavailableError(
          `${what} was not rolled out within ${timeoutMs / 1_000} s: ${
            failure ? stringifyError(failure) : lastSaid(view)
          }\n${LEFT}`,
        );
      }
      await delay(pollMs, undefined, { signal });
    }
  } catch (error) {
    if (signal?.aborted) {
      throw new ForwardedError(
        `Cancelled while waiting for ${what}. ${LEFT}; last it said: ${lastSaid(
          view,
        )}`,
        error,
      );
    }
    throw error;
  }
}
