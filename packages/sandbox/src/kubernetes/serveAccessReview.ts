import type { IncomingMessage, ServerResponse } from 'node:http';
import { groupsOf, type UserInfo } from './Authenticator';
import type { Authorizer } from './Authorizer';
import { forbidden } from './errors';
import { parseBody, readBody, sendJson } from './http';

const PATH =
  /^\/apis\/authorization\.k8s\.io\/v1\/(?:namespaces\/([^/]+)\/)?(selfsubjectaccessreviews|subjectaccessreviews|localsubjectaccessreviews)$/;

/** Answers whether somebody may do something. Returns false when the request asks for something else. */
export async function serveAccessReview(
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  user: UserInfo,
  authorizer: Authorizer,
): Promise<boolean> {
  const match = PATH.exec(url.pathname);
  if (!match || request.method !== 'POST') {
    return false;
  }
  const [, namespace, resource] = match;
  const access = {
    verb: 'create',
    group: 'authorization.k8s.io',
    resource,
    namespace,
  };
  if (!authorizer.allows(user, access)) {
    throw forbidden(user.username, access);
  }
  const review = parseBody(await readBody(request));
  const spec = review.spec ?? {};
  const subject: UserInfo = resource.startsWith('self')
    ? user
    : {
        username: spec.user ?? '',
        groups: [...(spec.groups ?? []), ...groupsOf(spec.user ?? '')],
      };
  const wanted = spec.resourceAttributes;
  const allowed = wanted
    ? authorizer.allows(subject, {
        verb: wanted.verb ?? '',
        group: wanted.group ?? '',
        resource: wanted.subresource
          ? `${wanted.resource}/${wanted.subresource}`
          : wanted.resource ?? '',
        namespace: wanted.namespace || undefined,
        name: wanted.name || undefined,
      })
    : authorizer.allowsPath(
        subject,
        spec.nonResourceAttributes?.verb ?? '',
        spec.nonResourceAttributes?.path ?? '',
      );
  sendJson(response, 201, { ...review, status: { allowed } });
  return true;
}
