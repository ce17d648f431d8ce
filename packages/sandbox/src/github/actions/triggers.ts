import picomatch from 'picomatch';

const list = (value: unknown): string[] | undefined =>
  value === undefined || value === null
    ? undefined
    : [value].flat().map(String);

/** GitHub's filter lists: the last pattern that matches decides, `!` takes away. */
function matches(patterns: string[], text: string): boolean {
  return patterns.reduce((matched, pattern) => {
    const negated = pattern.startsWith('!');
    const test = picomatch(negated ? pattern.slice(1) : pattern, { dot: true });
    return test(text) ? !negated : matched;
  }, false);
}

function matchesRef(ref: string, filters: Record<string, unknown>): boolean {
  const branch = ref.startsWith('refs/heads/');
  const name = ref.replace(/^refs\/(heads|tags)\//, '');
  const [kind, other] = branch ? ['branches', 'tags'] : ['tags', 'branches'];
  const included = list(filters[kind]);
  const ignored = list(filters[`${kind}-ignore`]);
  if (included) {
    return matches(included, name);
  }
  if (ignored) {
    return !matches(ignored, name);
  }
  // A filter on tags alone leaves branches out, and the other way round.
  return !filters[other] && !filters[`${other}-ignore`];
}

/** Whether a workflow's `on` accepts a push of a ref that changed these files. */
export function acceptsPush(
  on: unknown,
  ref: string,
  changedFiles: string[],
): boolean {
  if (typeof on === 'string' || Array.isArray(on)) {
    return [on].flat().includes('push');
  }
  if (typeof on !== 'object' || on === null || !('push' in on)) {
    return false;
  }
  const filters = (on.push ?? {}) as Record<string, unknown>;
  if (!matchesRef(ref, filters)) {
    return false;
  }
  const paths = list(filters.paths);
  const ignored = list(filters['paths-ignore']);
  if (ref.startsWith('refs/tags/') || (!paths && !ignored)) {
    return true;
  }
  return paths
    ? changedFiles.some(file => matches(paths, file))
    : changedFiles.some(file => !matches(ignored!, file));
}

/** Commit messages with these words start nothing. */
export function skipsCi(message: string): boolean {
  return /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/.test(message);
}
