import type { RevisionView } from './api';
import { commitUrl, type CommitUrlOptions } from './commitUrl';

/**
 * Where a revision's commit can be looked at.
 *
 * @public
 */
export interface RevisionOrigin extends CommitUrlOptions {
  /** Address of the Git repository, or `org.opencontainers.image.source` of an OCI artifact. */
  url?: string;
  /** `org.opencontainers.image.revision` of an OCI artifact, e.g. `main@sha1:…` or a bare hash. */
  originRevision?: string;
}

const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

function commitOf(revision: string | undefined): string | undefined {
  if (!revision) return undefined;
  const sha1 = /(?:^|@|\/)sha1:([0-9a-f]{40})$/.exec(revision)?.[1];
  if (sha1) return sha1;
  // Flux before 0.38 and many OCI annotations: `main/<hash>` or the bare hash.
  const tail = revision.split(/[/@]/).pop() ?? '';
  return HASH.test(tail) ? tail : undefined;
}

function labelOf(raw: string): string {
  const at = raw.lastIndexOf('@');
  const digest = at < 0 ? raw : raw.slice(at + 1);
  const parsed = /^(sha\d+|blake3):([0-9a-f]{7,})$/.exec(digest);
  if (parsed) {
    const short = parsed[2].slice(0, 7);
    const name = at > 0 ? raw.slice(0, at).replace(/^refs\/heads\//, '') : '';
    if (!name) return short;
    // An OCI tag says more than the digest of its manifest.
    return parsed[1] === 'sha1' ? `${name}@${short}` : name;
  }
  if (HASH.test(raw)) return raw.slice(0, 7);
  const older = /^(.+)\/([0-9a-f]{40})$/.exec(raw);
  if (older) return `${older[1]}@${older[2].slice(0, 7)}`;
  // A chart built from Git: `1.2.3+<12 hex>`.
  const build = /^(.+)\+([0-9a-f]{12})(?:\.\d+)?$/.exec(raw);
  if (build) return `${build[1]}+${build[2].slice(0, 7)}`;
  return raw.length > 60 ? `${raw.slice(0, 59)}…` : raw;
}

/**
 * A revision as people read it. Forms: `main@sha1:…`, `tag@sha256:…`, `sha256:…`, a chart's semver,
 * `1.2.3+<12 hex>`. The link is made only for revisions that have a whole commit hash.
 *
 * @public
 */
export function revisionView(
  raw: string,
  origin: RevisionOrigin = {},
): RevisionView {
  const commit = commitOf(raw) ?? commitOf(origin.originRevision);
  const url =
    commit && origin.url ? commitUrl(origin.url, commit, origin) : undefined;
  return {
    raw,
    label: labelOf(raw),
    ...(commit ? { commit } : {}),
    ...(url ? { url } : {}),
  };
}

/**
 * Whether two revisions are the same state of a source, whatever the branch is called.
 *
 * @public
 */
export function sameRevision(a: string, b: string): boolean {
  const hash = (r: string) => /:([0-9a-f]{40,})$/.exec(r)?.[1] ?? r;
  return hash(a) === hash(b);
}
