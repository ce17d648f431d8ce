import { readFileSync } from 'node:fs';

/** What a scenario may know of the world that it runs in; written by serve.mjs. */
export interface World {
  name: 'sandbox' | 'cluster' | 'context';
  /** Begins the name of everything that this run makes. */
  prefix: string;
  github: { url: string; token: string; owner: string };
  /** Address of the same repositories as the cluster reaches them. */
  gitUrl: string;
  /** The registry as the tests reach it, past its door. */
  registryUrl: string;
  /** The cluster's name in Backstage. */
  cluster: string;
  /** The cluster's API as the tests reach it, past its door. */
  kubernetes: { url: string; token: string };
  doors: { url: string; names: string[] };
  /** Hosts that the API's answers name, by what they are called in the committed answers. */
  addresses: Record<string, string>;
}

let known: World | undefined;

export function world(): World {
  known ??= JSON.parse(
    readFileSync('node_modules/.cache/e2e-world.json', 'utf8'),
  ) as World;
  return known;
}

/** The name of something that this run makes. */
export const named = (name: string) => `${world().prefix}-${name}`;

const patience = Number(process.env.E2E_PATIENCE || 1);

/** How long to wait for something, in milliseconds; E2E_PATIENCE stretches it for slow worlds. */
export const seconds = (count: number) => count * 1_000 * patience;

export type Door = 'registry' | 'cluster';

export const hasDoor = (door: Door) => world().doors.names.includes(door);

/** Takes the registry, or the cluster's API as Backstage sees it, away while `during` runs. */
export async function away(
  door: Door,
  during: () => Promise<void>,
): Promise<void> {
  await setDoor(door, false);
  try {
    await during();
  } finally {
    await setDoor(door, true);
  }
}

async function setDoor(door: Door, open: boolean): Promise<void> {
  const response = await fetch(`${world().doors.url}/doors/${door}`, {
    method: 'PUT',
    body: JSON.stringify({ open }),
  });
  if (!response.ok) {
    throw new Error(
      `The door '${door}' answered ${
        response.status
      }: ${await response.text()}`,
    );
  }
}
