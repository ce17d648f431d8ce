import { SetupError } from './SetupError';

const NODE_VERSIONS = [22, 24];

/** @throws SetupError that says what is missing. */
export function checkMachine() {
  const version = Number(process.versions.node.split('.')[0]);
  if (!NODE_VERSIONS.includes(version)) {
    throw new SetupError(
      `Node.js ${NODE_VERSIONS.join(
        ' or ',
      )} is needed, this is ${version}; start it by './yarnw bench'`,
    );
  }
  if (process.platform !== 'linux') {
    throw new SetupError(
      'it counts sockets and memory as Linux tells them; run it on Linux',
    );
  }
}
