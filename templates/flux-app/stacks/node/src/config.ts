export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Config {
  host: string;
  port: number;
  logLevel: LogLevel;
  /** How long the service still answers after it said that it is not ready any more. */
  shutdownDelayMs: number;
  /** How long requests that are under way may take after that. */
  drainTimeoutMs: number;
}

const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Reads the configuration from environment variables; one error names everything that is wrong. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = [];

  const integer = (name: string, fallback: number, max: number): number => {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    if (!/^\d{1,9}$/.test(text) || value > max) {
      problems.push(`${name} must be a whole number from 0 to ${max}, got ${JSON.stringify(text)}`);
      return fallback;
    }
    return value;
  };

  const level = env.LOG_LEVEL || 'info';
  const logLevel = LOG_LEVELS.find(known => known === level);
  if (!logLevel) {
    problems.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}, got ${JSON.stringify(level)}`);
  }

  const config: Config = {
    host: env.HOST || '0.0.0.0',
    port: integer('PORT', 8080, 65_535),
    logLevel: logLevel ?? 'info',
    shutdownDelayMs: integer('SHUTDOWN_DELAY_MS', 5_000, 60_000),
    drainTimeoutMs: integer('DRAIN_TIMEOUT_MS', 20_000, 300_000),
  };
  if (problems.length > 0) {
    throw new Error(`Invalid configuration: ${problems.join('; ')}`);
  }
  return config;
}
