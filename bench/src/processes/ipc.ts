import { toError } from '@backstage/errors';

export type Methods = Record<string, (argument: any) => unknown>;

/** In a child process: answers the calls of the one that started it, and ends with it. */
export function serveCalls(methods: Methods) {
  process.on('message', async (call: any) => {
    const { id, method, argument } = call;
    try {
      process.send?.({ id, result: await methods[method](argument) });
    } catch (error) {
      process.send?.({ id, error: toError(error).stack });
    }
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ ready: true });
}
