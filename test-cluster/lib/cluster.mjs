import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import {
  adminUser,
  backstageUser,
  components,
  portNames,
} from './components.mjs';
import { isRunning, memory, startDetached, stop } from './processes.mjs';

/** The context of the kubeconfig. */
export const contextName = 'backstage-flux';

const readyTimeoutMs = 120_000;
const stateFile = directory => join(directory, 'state.json');

/**
 * Starts the cluster that keeps what it has in `directory`, or finds it running. Answers
 * `{ kubeconfig, context, backstageContext, registry }`. What a crash left behind is ended first.
 *
 * @throws when a program ends or isn't ready in time, with the last lines of its log; nothing is left
 *   running then
 */
export async function up({ directory, bin, crds, log }) {
  const before = await statusOf(directory);
  if (before?.processes.every(({ ready }) => ready)) {
    log('is running already');
    return describe(directory, before.ports);
  }
  if (before) {
    log('ends what is left of an earlier cluster');
  }
  await down(directory, () => {});

  const state = { processes: [], ports: await freePorts() };
  await prepare({ directory, crds, ports: state.ports });
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const started = Date.now();
  try {
    for (const component of components({
      bin,
      directory,
      ports: state.ports,
    })) {
      const running = startDetached({
        ...component,
        log: join(directory, 'logs', `${component.name}.log`),
      });
      state.processes.push({ ...running, ready: component.ready });
      await writeFile(stateFile(directory), JSON.stringify(state));
      await untilReady(directory, state.processes.at(-1), interrupted.signal);
      log(
        `${component.name} is ready after ${(
          (Date.now() - started) /
          1000
        ).toFixed(1)} s`,
      );
    }
  } catch (error) {
    await down(directory, () => {});
    throw error;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
  return describe(directory, state.ports);
}

/** Ends the cluster and removes what it kept; does nothing where there is none. */
export async function down(directory, log) {
  const state = await readState(directory);
  if (!state && existsSync(directory) && (await readdir(directory)).length) {
    throw new Error(
      `${directory} is not a test cluster's: it has no state.json. Nothing was removed.`,
    );
  }
  const processes = state?.processes ?? [];
  // The API server and its etcd go after those that write to them
  const last = ['etcd', 'kube-apiserver'];
  await Promise.all(
    processes.filter(({ name }) => !last.includes(name)).map(p => stop(p)),
  );
  for (const process_ of processes
    .filter(p => last.includes(p.name))
    .reverse()) {
    await stop(process_);
  }
  await rm(directory, { recursive: true, force: true });
  log(state ? 'ended, nothing is left of it' : 'not started');
}

/** Undefined where there is no cluster. */
export async function statusOf(directory) {
  const state = await readState(directory);
  if (!state) {
    return undefined;
  }
  const token = await adminToken(directory);
  return {
    ports: state.ports,
    kubeconfig: join(directory, 'kubeconfig'),
    logs: join(directory, 'logs'),
    processes: await Promise.all(
      state.processes.map(async process_ => {
        const running = isRunning(process_);
        return {
          name: process_.name,
          pid: process_.pid,
          running,
          ready: running && (await answers(process_.ready, token)),
          memoryMib: running ? memory(process_) : undefined,
        };
      }),
    ),
  };
}

async function readState(directory) {
  try {
    return JSON.parse(await readFile(stateFile(directory), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function describe(directory, ports) {
  return {
    kubeconfig: join(directory, 'kubeconfig'),
    context: contextName,
    backstageContext: `${contextName}-${backstageUser}`,
    registry: `127.0.0.1:${ports.registry}`,
    receiverUrl: `http://127.0.0.1:${ports.webhooks}`,
  };
}

/** Writes keys, tokens and configuration files; all of them are new with every cluster. */
async function prepare({ directory, crds, ports }) {
  await mkdir(join(directory, 'logs'), { recursive: true });
  // First, so that a directory that was left half-filled is known as ours
  await writeFile(
    stateFile(directory),
    JSON.stringify({ processes: [], ports }),
  );
  const write = (name, text) =>
    writeFile(join(directory, name), text, { mode: 0o600 });
  const token = randomBytes(24).toString('hex');
  const backstageToken = randomBytes(24).toString('hex');
  await write(
    'tokens.csv',
    `${token},${adminUser},${adminUser},"system:masters"\n${backstageToken},${backstageUser},${backstageUser}\n`,
  );
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await write('service-accounts.pub', publicKey);
  await write('service-accounts.key', privateKey);
  const server = `https://127.0.0.1:${ports.apiserver}`;
  // The API server makes its own certificate when it starts
  const authority = join(directory, 'certificates/apiserver.crt');
  await write(
    'kubeconfig',
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: contextName,
          cluster: { server, 'certificate-authority': authority },
        },
      ],
      users: [
        { name: adminUser, user: { token } },
        { name: backstageUser, user: { token: backstageToken } },
      ],
      contexts: [
        {
          name: contextName,
          context: { cluster: contextName, user: adminUser },
        },
        {
          name: `${contextName}-${backstageUser}`,
          context: { cluster: contextName, user: backstageUser },
        },
      ],
      'current-context': contextName,
    }),
  );
  await write(
    'registry.yaml',
    stringify({
      version: '0.1',
      log: { level: 'warn' },
      storage: {
        filesystem: { rootdirectory: join(directory, 'registry') },
        delete: { enabled: true },
      },
      http: { addr: `127.0.0.1:${ports.registry}` },
    }),
  );
  await write(
    'stand-ins.json',
    JSON.stringify({
      url: server,
      token,
      ca: authority,
      directory: join(directory, 'stand-ins'),
      port: ports.standIns,
      webhookPort: ports.webhooks,
      // What is here for real
      except: ['kustomize-controller', 'helm-controller'],
      manifests: [crds, join(import.meta.dirname, '../manifests')],
    }),
  );
}

/** Ports that are free now. All are held until the last one is known, so that none comes twice. */
async function freePorts() {
  const servers = await Promise.all(
    portNames.map(
      () =>
        new Promise((resolve, reject) => {
          const server = createServer();
          server.on('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map(server => server.address().port);
  await Promise.all(
    servers.map(server => new Promise(done => server.close(done))),
  );
  return Object.fromEntries(portNames.map((name, i) => [name, ports[i]]));
}

async function untilReady(directory, process_, signal) {
  const token = await adminToken(directory);
  const deadline = Date.now() + readyTimeoutMs;
  while (!(await answers(process_.ready, token))) {
    signal.throwIfAborted();
    const ended = !isRunning(process_);
    if (ended || Date.now() > deadline) {
      const text = await readFile(process_.log, 'utf8').catch(() => '');
      throw new Error(
        `${process_.name} ${
          ended ? 'ended' : `is not ready after ${readyTimeoutMs / 1000} s`
        }. Its last lines:\n${text.split('\n').slice(-25).join('\n')}`,
      );
    }
    await delay(100);
  }
}

async function adminToken(directory) {
  const text = await readFile(join(directory, 'tokens.csv'), 'utf8').catch(
    () => '',
  );
  return text.split(',')[0];
}

/** Whether the URL answers 200 within two seconds. */
function answers(url, token) {
  const get = url.startsWith('https:') ? getHttps : getHttp;
  return new Promise(resolve => {
    const request = get(url, {
      headers: { authorization: `Bearer ${token}` },
      timeout: 2000,
      agent: false,
      // Each component makes a certificate of its own; all of them are this machine's
      rejectUnauthorized: false,
    });
    request.on('response', response => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
