import type { KubernetesObject } from '../controllers/client';
import type { UserInfo } from './Authenticator';
import { findByPlural } from './kinds';
import type { ObjectStore } from './ObjectStore';

const RBAC = 'rbac.authorization.k8s.io';
const rbacType = (plural: string) => findByPlural(RBAC, 'v1', plural)!;
const ROLES = rbacType('roles');
const CLUSTER_ROLES = rbacType('clusterroles');
const ROLE_BINDINGS = rbacType('rolebindings');
const CLUSTER_ROLE_BINDINGS = rbacType('clusterrolebindings');

export interface AccessRequest {
  verb: string;
  group: string;
  /** With its subresource: `pods/log`. */
  resource: string;
  namespace?: string;
  name?: string;
}

export interface PolicyRule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

const has = (values: string[] | undefined, wanted: string) =>
  !!values && (values.includes('*') || values.includes(wanted));

function ruleAllows(rule: PolicyRule, request: AccessRequest): boolean {
  const [, subresource] = request.resource.split('/');
  return (
    has(rule.verbs, request.verb) &&
    has(rule.apiGroups, request.group) &&
    (has(rule.resources, request.resource) ||
      (!!subresource && has(rule.resources, `*/${subresource}`))) &&
    (!rule.resourceNames?.length ||
      (!!request.name && rule.resourceNames.includes(request.name)))
  );
}

function subjectMatches(
  subject: any,
  user: UserInfo,
  bindingNamespace?: string,
): boolean {
  switch (subject.kind) {
    case 'User':
      return subject.name === user.username || subject.name === '*';
    case 'Group':
      return user.groups.includes(subject.name);
    case 'ServiceAccount':
      return (
        user.username ===
        `system:serviceaccount:${subject.namespace ?? bindingNamespace}:${
          subject.name
        }`
      );
    default:
      return false;
  }
}

/** Role-based access control over the roles and bindings in the store. */
export class Authorizer {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  allows(user: UserInfo, request: AccessRequest): boolean {
    if (user.groups.includes('system:masters')) {
      return true;
    }
    return this.#rulesFor(user, request.namespace).some(rule =>
      ruleAllows(rule, request),
    );
  }

  allowsPath(user: UserInfo, verb: string, path: string): boolean {
    if (user.groups.includes('system:masters')) {
      return true;
    }
    return this.#rulesFor(user, undefined).some(
      rule =>
        has(rule.verbs, verb) &&
        rule.nonResourceURLs?.some(url =>
          url.endsWith('*') ? path.startsWith(url.slice(0, -1)) : url === path,
        ),
    );
  }

  #rulesFor(user: UserInfo, namespace: string | undefined): PolicyRule[] {
    const bound = (binding: KubernetesObject) =>
      (binding.subjects ?? []).some((subject: any) =>
        subjectMatches(subject, user, binding.metadata.namespace),
      );
    const bindings = this.#store.list(CLUSTER_ROLE_BINDINGS).filter(bound);
    if (namespace) {
      bindings.push(
        ...this.#store.list(ROLE_BINDINGS, namespace).filter(bound),
      );
    }
    return bindings.flatMap(binding => {
      const { kind, name } = binding.roleRef ?? {};
      const role =
        kind === 'Role'
          ? this.#store.get(ROLES, binding.metadata.namespace, name)
          : this.#store.get(CLUSTER_ROLES, undefined, name);
      return role ? this.#rulesOf(role) : [];
    });
  }

  /** The rules of a role, and of those that it aggregates. */
  #rulesOf(role: KubernetesObject): PolicyRule[] {
    const own = (role.rules ?? []) as PolicyRule[];
    const selectors = role.aggregationRule?.clusterRoleSelectors ?? [];
    if (!selectors.length) {
      return own;
    }
    const aggregated = this.#store
      .list(CLUSTER_ROLES)
      .filter(
        candidate =>
          candidate !== role &&
          selectors.some((selector: any) =>
            Object.entries(selector.matchLabels ?? {}).every(
              ([key, value]) => candidate.metadata.labels?.[key] === value,
            ),
          ),
      );
    return [...own, ...aggregated.flatMap(other => this.#rulesOf(other))];
  }
}
