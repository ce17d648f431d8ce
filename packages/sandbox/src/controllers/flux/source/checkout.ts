import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import semver from 'semver';
import type { KubernetesClient, KubernetesObject } from '../../client';
import {
  fluxGitMessage,
  git,
  GitAuth,
  gitAuthEnv,
  gitAuthOf,
} from '../lib/git';
import { parseDuration } from '../lib/duration';

/** `spec.ref` of a GitRepository or of an automation's checkout. */
export interface GitRef {
  branch?: string;
  tag?: string;
  semver?: string;
  name?: string;
  commit?: string;
}

export interface Checkout {
  /** A bare repository that has the commit. */
  directory: string;
  commit: string;
  /** As Flux writes it: `main@sha1:...`, `v1.0.0@sha1:...`, `sha1:...`. */
  revision: string;
  /** The first line of the commit's message. */
  subject: string;
}

/** A checkout that failed; the message is Flux's. */
export class CheckoutError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CheckoutError';
  }
}

export interface RemoteRepository {
  url: string;
  auth: GitAuth | undefined;
  timeoutMs: number;
}

/** Where a GitRepository object points to, with its credentials. */
export async function remoteOf(
  repository: KubernetesObject,
  client: KubernetesClient,
): Promise<RemoteRepository> {
  return {
    url: repository.spec.url,
    auth: await gitAuthOf(repository, client),
    timeoutMs: parseDuration(repository.spec.timeout, 60_000),
  };
}

async function openCache(directory: string): Promise<void> {
  const exists = await stat(join(directory, 'HEAD')).catch(() => undefined);
  if (!exists) {
    await mkdir(directory, { recursive: true });
    await git(['init', '--bare', '--quiet', directory]);
  }
}

async function refFor(
  remote: RemoteRepository,
  ref: GitRef,
  directory: string,
  signal: AbortSignal,
): Promise<{ full: string; short: string }> {
  if (ref.name) {
    return { full: ref.name, short: ref.name };
  }
  if (ref.semver) {
    const range = ref.semver.replace(/,\s*/g, ' ');
    const listed = await git(['ls-remote', '--tags', '--refs', remote.url], {
      cwd: directory,
      signal,
      timeoutMs: remote.timeoutMs,
      env: gitAuthEnv(remote.auth),
    });
    const tags = [...listed.toString().matchAll(/refs\/tags\/(\S+)/g)]
      .map(match => match[1])
      .filter(tag => {
        const version = semver.parse(tag.replace(/^v/, ''));
        return version && semver.satisfies(version, range);
      })
      .sort((a, b) =>
        semver.rcompare(a.replace(/^v/, ''), b.replace(/^v/, '')),
      );
    if (tags.length === 0) {
      throw new CheckoutError(`no match found for semver: ${ref.semver}`);
    }
    return { full: `refs/tags/${tags[0]}`, short: tags[0] };
  }
  if (ref.tag) {
    return { full: `refs/tags/${ref.tag}`, short: ref.tag };
  }
  const branch = ref.branch || 'master';
  return { full: `refs/heads/${branch}`, short: branch };
}

/**
 * Fetches what the reference names into a cache directory.
 *
 * @throws CheckoutError in the words of Flux: `unable to clone '<url>': ...`.
 */
export async function checkout(
  remote: RemoteRepository,
  ref: GitRef,
  directory: string,
  signal: AbortSignal,
): Promise<Checkout> {
  await openCache(directory);
  try {
    const { full, short } = await refFor(remote, ref, directory, signal);
    await git(
      [
        'fetch',
        '--quiet',
        '--force',
        '--no-tags',
        '--no-write-fetch-head',
        remote.url,
        `+${full}:refs/sandbox/head`,
      ],
      {
        cwd: directory,
        signal,
        timeoutMs: remote.timeoutMs,
        env: gitAuthEnv(remote.auth),
      },
    );
    const wanted = ref.commit || 'refs/sandbox/head';
    const resolved = await git(
      ['log', '-1', '--format=%H%n%B', '--end-of-options', wanted],
      { cwd: directory, signal },
    );
    const [commit, subject = ''] = resolved.toString().split('\n');
    const named = ref.commit && !ref.branch ? '' : `${short}@`;
    return { directory, commit, subject, revision: `${named}sha1:${commit}` };
  } catch (error) {
    throw new CheckoutError(
      `unable to clone '${remote.url}': ${fluxGitMessage(error)}`,
    );
  }
}
