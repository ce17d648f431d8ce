import { invalid, type FieldCause } from './errors';

const forbid = (field: string, why: string): FieldCause => ({
  field,
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${why}`,
});

/**
 * Refuses what a server refuses in the query of a list or watch. Of one whose feature gate WatchList is off,
 * that is every streamed list.
 *
 * https://github.com/kubernetes/apimachinery/blob/v0.36.3/pkg/apis/meta/internalversion/validation/validation.go
 */
export function checkListOptions(
  query: URLSearchParams,
  verb: string,
  options: { watchList: boolean },
): void {
  const match = query.get('resourceVersionMatch');
  const streamsList = query.has('sendInitialEvents');
  const causes: FieldCause[] = [];
  if (verb === 'watch') {
    if (streamsList && match !== 'NotOlderThan') {
      causes.push(
        forbid(
          'resourceVersionMatch',
          'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
        ),
      );
    }
    if (streamsList && !options.watchList) {
      causes.push(
        forbid(
          'sendInitialEvents',
          'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
        ),
      );
    }
    if (match && !streamsList) {
      causes.push(
        forbid(
          'resourceVersionMatch',
          'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
        ),
      );
    }
  } else if (streamsList) {
    causes.push(
      forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list'),
    );
  }
  if (causes.length) {
    throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', causes);
  }
}
