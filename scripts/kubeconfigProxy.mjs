import { KubeConfig } from '@kubernetes/client-node';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SetupError } from '../test-cluster/lib/SetupError.mjs';

/**
 * Serves the cluster of a kubeconfig's context on loopback, with that context's credentials: Backstage's
 * Kubernetes plugin takes a URL and a token, a kubeconfig may have client certificates or a program that
 * signs in. Whoever asks needs the token that this answers; it is made anew each time.
 *
 * @param kubeconfig path; what kubectl would use when left out
 * @param context name; the current one when left out
 * @returns `{ url, token, context, pause(), resume(), close() }`; paused, it refuses connections and cuts
 *   those that are open, as a cluster does that goes away
 * @throws when the context isn't in the kubeconfig, naming those that are
 */
export async function startKubeconfigProxy({ kubeconfig, context, port = 0 }) {
  const config = new KubeConfig();
  if (kubeconfig) {
    if (!existsSync(kubeconfig)) {
      throw new SetupError(`There is no kubeconfig ${kubeconfig}`);
    }
    config.loadFromFile(kubeconfig);
  } else if (
    process.env.KUBECONFIG ||
    existsSync(join(homedir(), '.kube', 'config'))
  ) {
    config.loadFromDefault();
  } else {
    throw new SetupError(
      'There is no kubeconfig: name one with --kubeconfig or in KUBECONFIG',
    );
  }
  const name = context ?? config.getCurrentContext();
  if (!config.getContextObject(name)) {
    const names = config.getContexts().map(c => c.name);
    throw new SetupError(
      `There is no context ${name} in ${kubeconfig ?? 'the kubeconfig'}; ${
        names.length ? `there are ${names.join(', ')}` : 'there is none at all'
      }`,
    );
  }
  config.setCurrentContext(name);
  const cluster = config.getCurrentCluster();
  if (!cluster) {
    throw new SetupError(
      `The context ${name} names a cluster that is not there`,
    );
  }

  const token = randomBytes(24).toString('hex');
  const server = http.createServer((request, response) => {
    if (!isBearer(request.headers.authorization, token)) {
      refuse(response, 401, 'Unauthorized');
      return;
    }
    forward(config, cluster.server, request, response).catch(error =>
      refuse(response, 502, error.message),
    );
  });
  const listen = wanted =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, '127.0.0.1', () => {
        server.off('error', reject);
        resolve(server.address().port);
      });
    });
  const pause = () =>
    new Promise(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const bound = await listen(port);
  return {
    url: `http://127.0.0.1:${bound}`,
    token,
    context: name,
    pause,
    resume: () => listen(bound),
    close: pause,
  };
}

async function forward(config, server, request, response) {
  const target = new URL(server.replace(/\/$/, '') + request.url);
  const { authorization, host, connection, ...headers } = request.headers;
  const options = { method: request.method, headers };
  await config.applyToHTTPSOptions(options);
  const { request: send } = target.protocol === 'http:' ? http : https;
  const upstream = send(target, options);
  upstream.on('response', answer => {
    response.writeHead(answer.statusCode, answer.headers);
    // A watch that has nothing to say yet is an answer, too
    response.flushHeaders();
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  upstream.on('error', error => refuse(response, 502, error.message));
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
}

function refuse(response, code, message) {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      message,
      code,
    }),
  );
}

function isBearer(header, token) {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
