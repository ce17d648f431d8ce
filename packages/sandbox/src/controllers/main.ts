import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { WinstonLogger } from '@backstage/backend-defaults/rootLogger';
import { z } from 'zod';
import { accessObjects } from '../access';
import { ArtifactServer, fluxControllers } from './flux';
import { HttpKubernetesClient } from './HttpKubernetesClient';
import { applyManifests } from './manifests';
import { runControllers } from './runtime';
import { kubelet } from './workloads/kubelet';
import { registerNode } from './workloads/node';

/**
 * The controllers as a process of their own, next to a real API server: Flux's, without those that are there
 * for real, and a kubelet. The argument names a JSON file with the options.
 */
const optionsSchema = z.strictObject({
  /** The API server. */
  url: z.url(),
  /** Of a user who may do everything. */
  token: z.string(),
  /** A PEM file: who signed the API server's certificate. */
  ca: z.string(),
  /** Clones, artifacts and scanned tags are kept here. */
  directory: z.string(),
  /** `/readyz` answers here on loopback. */
  port: z.number().int(),
  /** Webhooks and artifacts answer here on loopback. */
  webhookPort: z.number().int(),
  /** Flux's controllers that run as processes of their own. */
  except: z.array(z.string()),
  /** Folders of YAML that are applied first. */
  manifests: z.array(z.string()),
});

async function main() {
  const options = optionsSchema.parse(
    JSON.parse(await readFile(process.argv[2], 'utf8')),
  );
  const logger = WinstonLogger.create({ level: 'info' });
  const client = new HttpKubernetesClient({
    url: options.url,
    token: options.token,
    ca: await readFile(options.ca, 'utf8'),
    logger,
  });
  for (const folder of options.manifests) {
    await applyManifests(client, folder);
  }
  for (const object of accessObjects) {
    await client.apply(object, { fieldManager: 'flux', force: true });
  }
  await registerNode(client, 'node-1');

  const stopping = new AbortController();
  const artifacts = new ArtifactServer({
    directory: join(options.directory, 'artifacts'),
    port: options.webhookPort,
  });
  await artifacts.start();
  const flux = fluxControllers({ directory: options.directory, artifacts });
  const running = runControllers(
    [
      ...flux.filter(
        ({ name }) => !options.except.includes(name.split('/')[0]),
      ),
      kubelet(),
    ],
    { client, logger, signal: stopping.signal },
  );

  const health = createServer((_, response) => {
    response.end('ok');
  }).listen(options.port, '127.0.0.1');
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, async () => {
      stopping.abort();
      health.close();
      await running;
      await artifacts.close();
    });
  }
}

main().catch(error => {
  process.stderr.write(`${error?.stack ?? error}\n`);
  process.exit(1);
});
