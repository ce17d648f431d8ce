import manifest from '../package.json' with { type: 'json' };
import { type Config, readConfig } from './config.ts';
import { createLogger } from './logger.ts';
import { createService } from './service.ts';

let config: Config;
try {
  config = readConfig(process.env);
} catch (error) {
  createLogger('error').error('cannot start', { error });
  process.exit(1);
}

const logger = createLogger(config.logLevel);
const service = createService({
  config,
  logger,
  info: { name: manifest.name, version: process.env.APP_VERSION || manifest.version },
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, async () => {
    logger.info('signal', { signal });
    process.exitCode = (await service.stop()) ? 0 : 1;
  });
}

try {
  await service.start();
} catch (error) {
  logger.error('cannot start', { error });
  process.exitCode = 1;
}
