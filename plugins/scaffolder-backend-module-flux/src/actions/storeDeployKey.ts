import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError } from '@backstage/errors';
import { Cluster } from '../cluster/Cluster';
import { describeManifest, Manifest } from '../cluster/Manifest';
import {
  GithubRepositories,
  RepositoryName,
} from '../github/GithubRepositories';
import { createSshKeyPair } from '../github/sshKeyPair';
import { withUndo } from './withUndo';

/** On a namespace: the scaffolder’s task that made it, by which a later try of that task knows it again. */
export const TASK_ANNOTATION = 'scaffolder.backstage.io/task-id';

const POLL_MS = 1_000;
const POLLS = 60;

const base64 = (text: string) => Buffer.from(text).toString('base64');

/**
 * Creates the namespace. One that an earlier try of the same task left behind is as good; when it is being
 * deleted, its end is waited for. Answers whether it was there before.
 */
async function createNamespace(
  cluster: Cluster,
  manifest: Manifest,
  taskId: string,
): Promise<boolean> {
  for (let poll = 0; ; poll++) {
    try {
      await cluster.create(manifest);
      return false;
    } catch (error) {
      const found =
        error instanceof ConflictError
          ? await cluster.findNamespace(manifest.metadata.name)
          : undefined;
      if (found?.annotations[TASK_ANNOTATION] !== taskId) {
        throw error;
      }
      if (!found.terminating) {
        return true;
      }
      if (poll >= POLLS) {
        throw error;
      }
      await delay(POLL_MS);
    }
  }
}

/** Whether an earlier try got to its end, for which the Secret comes last. */
async function exists(cluster: Cluster, manifest: Manifest): Promise<boolean> {
  try {
    await cluster.create(manifest, { dryRun: true });
    return false;
  } catch (error) {
    if (error instanceof ConflictError) {
      return true;
    }
    throw error;
  }
}

/**
 * Makes a key for a repository and stores its private half as a Secret in a new namespace; all of it, or
 * nothing. What an earlier try of the same task left behind is replaced.
 */
export async function storeDeployKey(options: {
  cluster: Cluster;
  github: GithubRepositories;
  repository: RepositoryName;
  namespace: string;
  secretName: string;
  knownHosts: string;
  readOnly: boolean;
  taskId: string;
}): Promise<{ stored: true }> {
  const { cluster, github, repository, namespace, secretName, taskId } =
    options;
  const title = `Flux in ${cluster.name}, namespace ${namespace}, Secret ${secretName}`;
  const namespaceManifest: Manifest = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, annotations: { [TASK_ANNOTATION]: taskId } },
  };
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretName, namespace },
    type: 'Opaque',
  };
  const full = `${repository.owner}/${repository.repo}`;
  await withUndo(`The repository ${full} is as it was`, async undo => {
    const before = await createNamespace(cluster, namespaceManifest, taskId);
    if (before) {
      if (await exists(cluster, secret)) {
        return;
      }
    } else {
      undo.add(describeManifest(namespaceManifest), () =>
        cluster.delete(namespaceManifest),
      );
    }
    // Their private halves are lost: there is no Secret
    for (const id of await github.deployKeysTitled(repository, title)) {
      await github.removeDeployKey(repository, id);
    }

    const pair = await createSshKeyPair(`flux-${cluster.name}-${namespace}`);
    const keyId = await github.addDeployKey(repository, {
      title,
      publicKey: pair.publicKey,
      readOnly: options.readOnly,
    });
    undo.add(`deploy key ${keyId} of ${full}`, () =>
      github.removeDeployKey(repository, keyId),
    );

    await cluster.create({
      ...secret,
      data: {
        identity: base64(pair.privateKey),
        'identity.pub': base64(`${pair.publicKey}\n`),
        known_hosts: base64(options.knownHosts),
      },
    });
  });
  return { stored: true };
}
