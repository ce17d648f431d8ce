import { pushImage } from '../registry';
import { SeedApplication } from './applications';
import { Files } from './files';
import { addCommit } from './history';
import { owner, platform, repositoryPath, SeedOptions } from './options';

export interface Build {
  message: string;
  at: Date;
  files: Files;
  /** False for a commit whose image was never built. */
  publish: boolean;
}

/** Adds a commit and, as its workflow would have, the image; answers the tag. */
export async function addBuild(
  options: SeedOptions,
  app: SeedApplication,
  { message, at, files, publish }: Build,
): Promise<string | undefined> {
  const sha = await addCommit(repositoryPath(options, app.name), {
    message,
    author: platform,
    at,
    files,
  });
  if (!publish) {
    return undefined;
  }
  const seconds = Math.floor(at.getTime() / 1000);
  const tag = `main-${sha.slice(0, 7)}-${seconds}`;
  await pushImage(options.registryUrl, `${owner}/${app.name}`, [tag], {
    labels: {
      'org.opencontainers.image.revision': sha,
      'org.opencontainers.image.source': `${options.githubUrl}/${owner}/${app.name}`,
      'org.opencontainers.image.created': at.toISOString(),
    },
  });
  return tag;
}
