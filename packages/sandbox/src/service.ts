import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { readSandboxConfig } from './config';
import { Sandbox } from './Sandbox';

const sandboxServiceRef = createServiceRef<Sandbox | undefined>({
  id: 'sandbox',
  scope: 'root',
});

/**
 * A root service rather than a plugin, because the backend waits for root services before it starts any
 * plugin: the catalog's first read finds GitHub answering.
 */
export const sandboxServiceFactory = createServiceFactory({
  service: sandboxServiceRef,
  initialization: 'always',
  deps: {
    config: coreServices.rootConfig,
    lifecycle: coreServices.rootLifecycle,
    logger: coreServices.rootLogger,
  },
  async factory({ config, lifecycle, logger }) {
    const options = readSandboxConfig(config);
    if (!options) {
      return undefined;
    }
    const sandbox = await Sandbox.start(
      options,
      logger.child({ service: 'sandbox' }),
    );
    lifecycle.addShutdownHook(() => sandbox.stop());
    return sandbox;
  },
});
