#!/usr/bin/env node
// git runs this in place of ssh: [options] [user@]host command. It needs nothing installed, trusts
// only the host keys that it was given, and takes its secrets from the environment.
const { Client, utils } = require('ssh2');
const { createHmac, timingSafeEqual } = require('node:crypto');

function fail(message) {
  process.stderr.write(`sandbox-ssh: ${message}\n`);
  process.exit(255);
}

function parseArguments(argv) {
  const rest = [...argv];
  let port = 22;
  while (rest[0]?.startsWith('-')) {
    const option = rest.shift();
    if (option === '-p') {
      port = Number(rest.shift());
    } else if (option === '-o') {
      rest.shift();
    } else if (option === '-G') {
      // git asks whether this is OpenSSH; it is told so by GIT_SSH_VARIANT.
      process.exit(1);
    }
  }
  const [destination, ...command] = rest;
  const at = destination.lastIndexOf('@');
  return {
    username: at < 0 ? 'git' : destination.slice(0, at),
    host: destination.slice(at + 1).replace(/^\[|\]$/g, ''),
    port,
    command: command.join(' '),
  };
}

function namesHost(names, host, port) {
  const wanted = port === 22 ? host : `[${host}]:${port}`;
  return names.split(',').some(name => {
    if (!name.startsWith('|1|')) {
      return name === wanted;
    }
    const [, , salt, hash] = name.split('|');
    const digest = createHmac('sha1', Buffer.from(salt, 'base64'))
      .update(wanted)
      .digest();
    const known = Buffer.from(hash, 'base64');
    return known.length === digest.length && timingSafeEqual(known, digest);
  });
}

function isKnown(knownHosts, host, port, key) {
  return knownHosts
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .some(
      ([names, , encoded]) =>
        encoded &&
        !names.startsWith('#') &&
        !names.startsWith('@') &&
        namesHost(names, host, port) &&
        Buffer.from(encoded, 'base64').equals(key),
    );
}

/** The types of the known keys, so that the server shows one that can be compared. */
function knownTypes(knownHosts, host, port) {
  const types = knownHosts
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([names, , key]) => key && namesHost(names, host, port))
    .map(([, type]) => type);
  return types.flatMap(type =>
    type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type],
  );
}

const { username, host, port, command } = parseArguments(process.argv.slice(2));
const identity = process.env.SANDBOX_SSH_IDENTITY ?? '';
const passphrase = process.env.SANDBOX_SSH_PASSWORD || undefined;
const knownHosts = process.env.SANDBOX_SSH_KNOWN_HOSTS ?? '';

const parsed = utils.parseKey(identity, passphrase);
if (parsed instanceof Error) {
  fail(`unable to parse the identity: ${parsed.message}`);
}
const types = knownTypes(knownHosts, host, port);
if (types.length === 0) {
  fail(`ssh: handshake failed: knownhosts: key is unknown`);
}

let refused = false;
const connection = new Client();
connection
  .on('ready', () => {
    connection.exec(command, (error, channel) => {
      if (error) {
        fail(error.message);
      }
      process.stdin.pipe(channel);
      channel.pipe(process.stdout);
      channel.stderr.pipe(process.stderr);
      let code = 255;
      channel.on('exit', value => {
        code = value ?? 255;
      });
      channel.on('close', () => {
        connection.end();
        process.stdin.destroy();
        process.exitCode = code;
      });
    });
  })
  .on('error', error => {
    if (refused) {
      fail(`ssh: handshake failed: knownhosts: key mismatch`);
    }
    if (error.level === 'client-authentication') {
      fail(
        'ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain',
      );
    }
    fail(error.message);
  })
  .connect({
    host,
    port,
    username,
    privateKey: identity,
    passphrase,
    readyTimeout: 20_000,
    algorithms: { serverHostKey: types },
    hostVerifier: key => {
      refused = !isKnown(knownHosts, host, port, key);
      return !refused;
    },
  });
