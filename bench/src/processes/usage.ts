import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const MAX_COLLECTIONS = 10;

export interface Usage {
  /** Milliseconds of CPU since the process started, all threads. */
  cpuMs: number;
  heapBytes: number;
  rssBytes: number;
  peakRssBytes: number;
}

export interface UsageOptions {
  /**
   * `once`: what was thrown away before is not collected later. `all`: the heap holds only what is in use,
   * for which V8 forgets compiled code, too.
   */
  gc?: 'once' | 'all';
}

/** What this process has used. */
export async function usage({ gc }: UsageOptions = {}): Promise<Usage> {
  if (gc === 'once') {
    global.gc!();
  } else if (gc === 'all') {
    await collectGarbage();
  }
  const { user, system } = process.cpuUsage();
  const { heapUsed, rss } = process.memoryUsage();
  return {
    cpuMs: (user + system) / 1000,
    heapBytes: heapUsed,
    rssBytes: rss,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** Until nothing more is found: what is finalized gives more to collect. */
async function collectGarbage() {
  let before = Infinity;
  for (let i = 0; i < MAX_COLLECTIONS; i++) {
    global.gc!();
    const { heapUsed } = process.memoryUsage();
    if (heapUsed > before * 0.999) {
      return;
    }
    before = heapUsed;
    await delay(50);
  }
}

/** How many sockets a process has open, listening ones included (Linux). */
export function openSockets(pid: number): number {
  const directory = `/proc/${pid}/fd`;
  return readdirSync(directory).filter(fd => {
    try {
      return readlinkSync(`${directory}/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}

/** How many files and sockets this process may have open; its children inherit it. */
export function descriptorLimit(): number {
  const line = readFileSync('/proc/self/limits', 'utf8')
    .split('\n')
    .find(each => each.startsWith('Max open files'));
  return Number(line?.split(/\s+/)[3]);
}
