// Stands in for OpenSSH's client, which is not on every machine: `ssh [-o X] [-p N] user@host command`.
const { readFileSync } = require('node:fs');
const { Client } = require('ssh2');

const options = { '-o': [], '-p': [] };
const rest = [];
const args = process.argv.slice(2);
while (args.length > 0) {
  const argument = args.shift();
  if (options[argument]) {
    options[argument].push(args.shift());
  } else {
    rest.push(argument);
  }
}
const [username, host] = rest[0].split('@');
const client = new Client();
client.on('error', error => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 255;
});
client.on('ready', () => {
  const env = { GIT_PROTOCOL: process.env.GIT_PROTOCOL || '' };
  client.exec(rest.slice(1).join(' '), { env }, (error, channel) => {
    if (error) {
      throw error;
    }
    channel.on('exit', code => {
      process.exitCode = code;
    });
    channel.on('close', () => client.end());
    channel.stderr.pipe(process.stderr);
    channel.pipe(process.stdout);
    process.stdin.pipe(channel);
  });
});
client.connect({
  host,
  port: Number(options['-p'][0]),
  username,
  privateKey: readFileSync(process.env.SSH_KEY_FILE),
  hostVerifier: key =>
    key.toString('base64') === process.env.SSH_HOST_KEY.split(' ')[1],
});
