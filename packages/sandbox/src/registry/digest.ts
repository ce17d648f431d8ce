import { createHash } from 'node:crypto';

export const digestOf = (content: Buffer | string) =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;
