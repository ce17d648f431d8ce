import type { ServerResponse } from 'node:http';
import { StatusError } from './errors';
import type { Fault } from './Faults';
import { sendJson } from './http';

/** Answers in the words that a server uses for such a code. */
export function sendFault(response: ServerResponse, fault: Fault) {
  const texts: Record<number, [string, string]> = {
    429: [
      'TooManyRequests',
      'The request has been rate limited, please try again later.',
    ],
    503: [
      'ServiceUnavailable',
      'the server is currently unable to handle the request',
    ],
    504: ['Timeout', 'the server was unable to return a response in time'],
  };
  const [reason, message] = texts[fault.status!] ?? [
    'InternalError',
    'an error on the server prevented the request from succeeding',
  ];
  sendJson(
    response,
    fault.status!,
    new StatusError(fault.status!, reason, message).toStatus(),
    fault.retryAfterSeconds === undefined
      ? {}
      : { 'retry-after': String(fault.retryAfterSeconds) },
  );
}
