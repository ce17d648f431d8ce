import { world } from './world';

/** Tags of an application's image, none when nothing was ever pushed. */
export async function imageTags(app: string): Promise<string[]> {
  const { registryUrl, github } = world();
  const response = await fetch(
    `${registryUrl}/v2/${github.owner}/${app}/tags/list`,
  );
  return response.ok ? (await response.json()).tags : [];
}

/** The tag that Flux's policy selects: the one with the latest commit time. */
export async function newestTag(app: string): Promise<string> {
  const time = (tag: string) => Number(tag.split('-')[2]);
  const [newest] = (await imageTags(app)).sort((a, b) => time(b) - time(a));
  return newest;
}

/** How the tab writes a tag: without the time at its end. */
export const version = (tag: string) => tag.replace(/-\d+$/, '');
