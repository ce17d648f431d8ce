import { applyPatch } from 'rfc6902';
import { badRequest, StatusError } from './errors';
import { isMap } from './fieldSet';

/** RFC 7386. */
export function mergePatch(target: any, patch: any): any {
  if (!isMap(patch)) {
    return patch;
  }
  const merged: any = isMap(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) {
      delete merged[name];
    } else {
      merged[name] = mergePatch(merged[name], value);
    }
  }
  return merged;
}

function jsonPatch(target: any, patch: any): any {
  if (!Array.isArray(patch)) {
    throw badRequest(
      'json: cannot unmarshal object into Go value of type jsonpatch.Patch',
    );
  }
  const failed = applyPatch(target, patch).find(error => error !== null);
  if (failed) {
    throw new StatusError(
      422,
      'Invalid',
      `the server rejected our request due to an error in our request: ${failed.message}`,
    );
  }
  return target;
}

export type PatchFunction = (target: any, patch: any) => any;

/**
 * The patch types by media type; server-side apply is none of them. A strategic merge patch is taken
 * as a merge patch: what sends one here (annotations, labels, scalars of a spec) means the same in
 * both, and lists would be replaced instead of merged by key.
 */
export const PATCHES: Record<string, PatchFunction> = {
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': mergePatch,
  'application/json-patch+json': jsonPatch,
};

export const APPLY_TYPE = 'application/apply-patch+yaml';

export const unsupportedMediaType = () =>
  new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${[
      ...Object.keys(PATCHES),
      APPLY_TYPE,
    ].join(', ')}`,
  );
