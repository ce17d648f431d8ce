export { startGithub, type GithubServer } from './server';
export type {
  GithubOptions,
  GithubToken,
  Permission,
  PushEvent,
} from './types';
export { generateSshKeyPair, type SshKeyPair } from './ssh/keyPairs';
