import { cpus, totalmem } from 'node:os';

/** What the figures depend on, without names. */
export function machine(): string {
  const [{ model }] = cpus();
  const GiB = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} cores (${model.trim()}), ${GiB} GiB, Node.js ${
    process.versions.node
  }`;
}
