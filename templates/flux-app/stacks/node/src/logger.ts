import type { LogLevel } from './config.ts';

export type Fields = Record<string, unknown>;

export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

function plain(value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;
}

/** One JSON object a line, on standard output unless told otherwise. */
export function createLogger(
  minimum: LogLevel,
  write: (line: string) => void = line => process.stdout.write(line),
): Logger {
  const log =
    (level: LogLevel) =>
    (message: string, fields: Fields = {}) => {
      if (RANK[level] < RANK[minimum]) return;
      const rest = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plain(value)]));
      write(`${JSON.stringify({ ...rest, time: new Date().toISOString(), level, message })}\n`);
    };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}
