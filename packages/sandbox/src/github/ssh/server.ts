import { spawn } from 'node:child_process';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { Server, utils, type Connection, type ServerChannel } from 'ssh2';
import { listen } from '../../listen';
import { gitEnvironment } from '../git/git';
import { parseRepositoryPath } from '../store/names';
import type { Repositories } from '../store/Repositories';
import type { DeployKeyRecord } from '../store/records';
import type { Repository } from '../store/Repository';
import type { HostKey } from './hostKey';

type DeployKey = { repository: Repository; key: DeployKeyRecord };

export type SshOptions = {
  host: string;
  port: number;
  hostKey: HostKey;
  repositories: Repositories;
  logger: LoggerService;
};

function findDeployKey(
  repositories: Repositories,
  publicKey: string,
): DeployKey | undefined {
  for (const repository of repositories.list()) {
    const key = repository.details.value.keys.find(k => k.key === publicKey);
    if (key) {
      return { repository, key };
    }
  }
  return undefined;
}

const commandPattern = /^(git-upload-pack|git-receive-pack) '?([^']+)'?$/;

/** Serves one git command over a channel, within what the deploy key allows. */
function runCommand(
  channel: ServerChannel,
  command: string,
  { repository, key }: DeployKey,
  protocol: string | undefined,
  options: SshOptions,
): void {
  const refuse = (message: string) => {
    channel.stderr.write(`ERROR: ${message}\n`);
    channel.exit(1);
    channel.end();
  };
  const [, service, path] = commandPattern.exec(command) ?? [];
  const target = path ? parseRepositoryPath(path) : undefined;
  if (!service || !target) {
    refuse(`only git-upload-pack and git-receive-pack are served here`);
    return;
  }
  if (options.repositories.get(target.owner, target.name) !== repository) {
    refuse('Repository not found.');
    return;
  }
  if (service === 'git-receive-pack' && key.readOnly) {
    refuse('The key you are authenticating with has been marked as read only.');
    return;
  }
  const child = spawn('git', [service.slice('git-'.length), '.'], {
    cwd: repository.git.path,
    env: gitEnvironment(protocol ? { GIT_PROTOCOL: protocol } : {}),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  channel.on('error', () => undefined);
  channel.on('close', () => child.kill());
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.on('error', error => refuse(error.message));
  child.on('close', exitCode => {
    const finish = () => {
      channel.exit(exitCode ?? 1);
      channel.end();
    };
    if (service === 'git-upload-pack') {
      finish();
      return;
    }
    options.repositories
      .refsChanged(repository, key.title)
      .then(finish, error => {
        options.logger.error(`GitHub double: ${error}`);
        finish();
      });
  });
}

function serve(connection: Connection, options: SshOptions): void {
  let deployKey: DeployKey | undefined;
  connection.on('error', error => {
    options.logger.debug(`GitHub double: ssh: ${error.message}`);
  });
  connection.on('authentication', context => {
    if (context.method !== 'publickey' || context.username !== 'git') {
      context.reject(['publickey']);
      return;
    }
    const { algo, data } = context.key;
    // RSA keys announce the signature's algorithm, not the key's.
    const type = algo.startsWith('rsa-') ? 'ssh-rsa' : algo;
    const text = `${type} ${data.toString('base64')}`;
    const found = findDeployKey(options.repositories, text);
    const parsed = utils.parseKey(text);
    if (!found || parsed instanceof Error) {
      context.reject(['publickey']);
      return;
    }
    if (
      context.signature &&
      context.blob &&
      parsed.verify(context.blob, context.signature, context.hashAlgo) !== true
    ) {
      context.reject(['publickey']);
      return;
    }
    if (context.signature) {
      deployKey = found;
    }
    context.accept();
  });
  connection.on('ready', () => {
    connection.on('session', accept => {
      let protocol: string | undefined;
      const session = accept();
      session.on('env', (acceptEnv, _reject, info) => {
        if (info.key === 'GIT_PROTOCOL' && /^[\w=:.-]+$/.test(info.val)) {
          protocol = info.val;
        }
        acceptEnv?.();
      });
      session.on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        if (deployKey) {
          runCommand(channel, command, deployKey, protocol, options);
        }
      });
      session.on('shell', acceptShell => {
        const channel = acceptShell();
        channel.end(
          'You authenticated with a deploy key, but the sandbox does not provide shell access.\r\n',
        );
      });
    });
  });
}

export type SshServer = { port: number; close(): Promise<void> };

/** Git over SSH; each deploy key opens the one repository that it belongs to. */
export async function startSshServer(options: SshOptions): Promise<SshServer> {
  const connections = new Set<Connection>();
  const create = () =>
    new Server({ hostKeys: [options.hostKey.private] }, connection => {
      connections.add(connection);
      connection.on('close', () => connections.delete(connection));
      serve(connection, options);
    });
  const { servers, port } = await listen(create, options.port, options.host);
  return {
    port,
    async close() {
      const closed = servers.map(
        server => new Promise<void>(resolve => server.close(() => resolve())),
      );
      connections.forEach(connection => connection.end());
      await Promise.all(closed);
    },
  };
}
