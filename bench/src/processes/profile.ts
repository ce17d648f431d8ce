import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

let session: Session | undefined;

/** Begins to record where this process spends its time. */
export async function startProfile() {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
}

/** Writes what was recorded, for Chrome's developer tools. */
export async function stopProfile(file: string) {
  const { profile } = await session!.post('Profiler.stop');
  session!.disconnect();
  writeFileSync(file, JSON.stringify(profile));
}
