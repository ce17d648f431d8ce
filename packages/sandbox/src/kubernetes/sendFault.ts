import type { ServerResponse } from 'node:http';
import { StatusError } from './errors';
import type { Fault } from './Faults';
import { sendJson } from './http';

const TEXTS: Record<number, [reason: string, message: string]> = {
  401: ['Unauthorized', 'Unauthorized'],
  403: ['Forbidden', 'forbidden'],
  410: [
    'Expired',
    'The provided continue parameter is too old to display a consistent list result.',
  ],
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

const BAD_GATEWAY = `<html>
<head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center></body>
</html>
`;

/** Answers in place of the server; returns whether it did. */
export function sendFault(response: ServerResponse, fault: Fault): boolean {
  if (fault.body === 'html') {
    response.writeHead(fault.status ?? 502, { 'content-type': 'text/html' });
    response.end(BAD_GATEWAY);
    return true;
  }
  if (fault.body === 'malformed') {
    response.writeHead(fault.status ?? 200, {
      'content-type': 'application/json',
    });
    response.end('{"kind":"List","apiVersion":"v1","items":[{"metadata":{"na');
    return true;
  }
  if (!fault.status) {
    return false;
  }
  const { status, retryAfterSeconds } = fault;
  const [reason, message] = TEXTS[status] ?? [
    'InternalError',
    'an error on the server prevented the request from succeeding',
  ];
  sendJson(
    response,
    status,
    new StatusError(status, reason, fault.message ?? message).toStatus(),
    retryAfterSeconds === undefined
      ? {}
      : { 'retry-after': String(retryAfterSeconds) },
  );
  return true;
}
