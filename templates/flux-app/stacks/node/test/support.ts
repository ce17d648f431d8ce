import type { Config } from '../src/config.ts';
import { createLogger } from '../src/logger.ts';
import { createService, type Service, type ServiceOptions } from '../src/service.ts';

export type LogLine = Record<string, unknown>;

export interface RunningService {
  service: Service;
  url: string;
  log: LogLine[];
}

export async function runService(
  options: Partial<Omit<ServiceOptions, 'config' | 'logger'>> & { config?: Partial<Config> } = {},
): Promise<RunningService> {
  const log: LogLine[] = [];
  const service = createService({
    info: { name: 'under-test', version: '1.2.3' },
    ...options,
    logger: createLogger('debug', line => log.push(JSON.parse(line) as LogLine)),
    config: {
      host: '127.0.0.1',
      port: 0,
      logLevel: 'debug',
      shutdownDelayMs: 0,
      drainTimeoutMs: 10_000,
      ...options.config,
    },
  });
  const port = await service.start();
  return { service, url: `http://127.0.0.1:${port}`, log };
}
