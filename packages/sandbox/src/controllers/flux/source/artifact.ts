import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { extract, pack } from 'tar-stream';
import { git } from '../lib/git';

/** What a source's status says of its artifact. */
export interface Artifact {
  digest: string;
  lastUpdateTime: string;
  path: string;
  revision: string;
  size: number;
  url: string;
}

// What source-controller leaves out of every artifact.
const ALWAYS_IGNORED = `.git/
.gitignore
.gitmodules
.gitattributes
*.jpg
*.jpeg
*.gif
*.png
*.wmv
*.flv
*.tar.gz
*.zip
.github/
.circleci/
.travis.yml
.gitlab-ci.yml
appveyor.yml
.drone.yml
cloudbuild.yaml
codeship-services.yml
codeship-steps.yml
**/.goreleaser.yml
**/.sops.yaml
**/.flux.yaml
`;

interface Entry {
  name: string;
  content: Buffer;
}

async function entriesOf(tar: Buffer): Promise<Entry[]> {
  const entries: Entry[] = [];
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) {
      chunks.push(chunk as Buffer);
    }
    // Links would let a tenant read what is outside of the artifact.
    if (entry.header.type === 'file') {
      entries.push({ name: entry.header.name, content: Buffer.concat(chunks) });
    }
  }
  return entries;
}

/** Paths that git's own rules ignore at that commit. */
async function ignoredPaths(
  directory: string,
  commit: string,
  ignore: string | undefined,
  signal: AbortSignal,
): Promise<Set<string>> {
  const index = join(directory, `index-${commit}`);
  // git matches ignore rules only where there is a work tree; it need not hold anything.
  const env = {
    GIT_INDEX_FILE: index,
    GIT_DIR: directory,
    GIT_WORK_TREE: directory,
  };
  const own = await git(['show', `${commit}:.sourceignore`], {
    cwd: directory,
    signal,
  }).catch(() => Buffer.from(''));
  // `spec.ignore` replaces the default list, as in Flux.
  const rules = `${ignore ?? ALWAYS_IGNORED}\n${own}\n`;
  const file = join(directory, `ignore-${commit}`);
  await writeFile(file, rules);
  await git(['read-tree', commit], { cwd: directory, signal, env });
  const listed = await git(
    ['ls-files', '-z', '--cached', '--ignored', `--exclude-from=${file}`],
    { cwd: directory, signal, env },
  );
  await Promise.all([index, file].map(path => rm(path, { force: true })));
  return new Set(listed.toString().split('\0').filter(Boolean));
}

/** The tree of a commit as a tar.gz that is the same, byte for byte, for the same files. */
export async function archive(
  directory: string,
  commit: string,
  ignore: string | undefined,
  signal: AbortSignal,
): Promise<Buffer> {
  const ignored = await ignoredPaths(directory, commit, ignore, signal);
  const tar = await git(['archive', '--format=tar', commit], {
    cwd: directory,
    signal,
  });
  const kept = (await entriesOf(tar)).filter(({ name }) => !ignored.has(name));
  return packFiles(
    kept.map(({ name, content }) => [name, content] as const),
    0o600,
  );
}

/** The files of an archive, by path. */
export async function unpackFiles(tarGz: Buffer): Promise<Map<string, Buffer>> {
  const entries = await entriesOf(gunzipSync(tarGz));
  return new Map(
    entries.map(({ name, content }) => [name.replace(/^\.\//, ''), content]),
  );
}

/** The text files of an artifact, by path. */
export async function unpack(tarGz: Buffer): Promise<Map<string, string>> {
  return new Map(
    [...(await unpackFiles(tarGz))].map(([path, content]) => [
      path,
      content.toString(),
    ]),
  );
}

/** A tar.gz that is the same, byte for byte, for the same files. */
export async function packFiles(
  files: Iterable<readonly [path: string, content: Buffer]>,
  mode: number,
): Promise<Buffer> {
  const packer = pack();
  for (const [name, content] of files) {
    packer.entry({ name, mtime: new Date(0), mode }, content);
  }
  packer.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packer) {
    chunks.push(chunk as Buffer);
  }
  return gzipSync(Buffer.concat(chunks));
}

export function sha256(content: Buffer | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Writes a file so that a reader never sees half of it. */
export async function writeArtifact(
  path: string,
  content: Buffer,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.${Date.now()}`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}
