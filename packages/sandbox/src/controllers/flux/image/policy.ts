import { RE2JS } from 're2js';
import semver from 'semver';

/** `spec` of an ImagePolicy, as far as it chooses a tag. */
export interface ImagePolicyRules {
  filterTags?: { pattern?: string; extract?: string };
  policy?: {
    numerical?: { order?: 'asc' | 'desc' };
    alphabetical?: { order?: 'asc' | 'desc' };
    semver?: { range: string };
  };
}

/** No tag can be chosen; the message is Flux's. */
export class ImagePolicyError extends Error {
  readonly reason: 'Failure' | 'InvalidPolicy';

  constructor(
    message: string,
    reason: 'Failure' | 'InvalidPolicy' = 'Failure',
  ) {
    super(message);
    this.reason = reason;
    this.name = 'ImagePolicyError';
  }
}

/** Compiles a Go regular expression. */
export function compileGoRegex(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new ImagePolicyError(
      `failed to apply tag filter: error parsing regexp: ${
        (error as Error).message
      }`,
      'InvalidPolicy',
    );
  }
}

/** Expands `$name`, `${name}` and `$1` as Go's Regexp.Expand does. */
function expand(
  template: string,
  group: (name: string) => string | null,
): string {
  return template.replace(/\$\$|\$\{(\w+)\}|\$(\w+)/g, (all, braced, plain) =>
    all === '$$' ? '$' : group(braced ?? plain) ?? '',
  );
}

/** What to compare of each tag: the extract of those that match, the tag itself without filter. */
export function filterTags(
  tags: readonly string[],
  filter: ImagePolicyRules['filterTags'],
): Map<string, string> {
  if (!filter?.pattern) {
    return new Map(tags.map(tag => [tag, tag]));
  }
  const regex = compileGoRegex(filter.pattern);
  const result = new Map<string, string>();
  for (const tag of tags) {
    const matcher = regex.matcher(tag);
    if (!matcher.find()) {
      continue;
    }
    const named = matcher.getNamedGroups();
    const group = (name: string) => {
      if (!/^\d+$/.test(name)) {
        return named[name] ?? null;
      }
      const index = Number(name);
      return index <= matcher.groupCount() ? matcher.group(index) : null;
    };
    const version = filter.extract ? expand(filter.extract, group) : tag;
    // The first tag keeps a version that two tags share, as in Flux.
    if (![...result.values()].includes(version)) {
      result.set(tag, version);
    }
  }
  return result;
}

function pick(
  versions: [tag: string, version: string][],
  better: (a: string, b: string) => boolean,
): string {
  return versions.reduce((best, next) =>
    better(next[1], best[1]) ? next : best,
  )[0];
}

/**
 * The tag that the policy selects, by the rules of Flux's image-reflector-controller.
 *
 * @throws ImagePolicyError when no tag qualifies.
 */
export function selectTag(
  tags: readonly string[],
  { filterTags: filter, policy }: ImagePolicyRules,
): string {
  const versions = [...filterTags(tags, filter)];
  const { numerical, alphabetical } = policy ?? {};
  const range = policy?.semver?.range;
  if (!numerical && !alphabetical && range === undefined) {
    throw new ImagePolicyError(
      'invalid policy: no policy given',
      'InvalidPolicy',
    );
  }
  if (versions.length === 0) {
    throw new ImagePolicyError('version list argument cannot be empty');
  }
  if (numerical) {
    const wrong = versions.find(
      ([, version]) => version.trim() === '' || Number.isNaN(Number(version)),
    );
    if (wrong) {
      throw new ImagePolicyError(
        `failed to parse invalid numeric value '${wrong[1]}'`,
      );
    }
    return pick(versions, (a, b) =>
      numerical.order === 'desc'
        ? Number(a) < Number(b)
        : Number(a) > Number(b),
    );
  }
  if (alphabetical) {
    return pick(versions, (a, b) =>
      alphabetical.order === 'desc' ? a < b : a > b,
    );
  }
  return selectSemver(versions, range!);
}

function selectSemver(
  versions: [tag: string, version: string][],
  range: string,
): string {
  // Masterminds' ranges separate with commas, node's with spaces.
  const wanted = range.replace(/,\s*/g, ' ');
  if (!semver.validRange(wanted)) {
    throw new ImagePolicyError(
      `failed to parse semver range '${range}': improper constraint: ${range}`,
      'InvalidPolicy',
    );
  }
  const matching = versions.filter(([, version]) => {
    const parsed = semver.parse(version.replace(/^v/, ''));
    return parsed && semver.satisfies(parsed, wanted);
  });
  if (matching.length === 0) {
    throw new ImagePolicyError(
      'unable to determine latest version from provided list',
    );
  }
  return pick(matching, (a, b) =>
    semver.gt(a.replace(/^v/, ''), b.replace(/^v/, '')),
  );
}
