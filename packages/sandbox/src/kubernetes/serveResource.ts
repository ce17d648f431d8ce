import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KubernetesObject } from '../controllers/client';
import type { UserInfo } from './Authenticator';
import { badRequest, methodNotAllowed, noSuchResource } from './errors';
import { parseBody, readBody, sendJson, sendText } from './http';
import type { ResourceType } from './kinds';
import type { Target } from './identity';
import type { ObjectApi, WriteOptions } from './ObjectApi';
import type { ObjectStore } from './ObjectStore';
import {
  APPLY_TYPE,
  mergePatch,
  PATCHES,
  unsupportedMediaType,
} from './patches';
import type { RequestInfo } from './RequestInfo';
import {
  parseFieldSelector,
  parseLabelSelector,
  type Predicate,
} from './selectors';
import { listObjects } from './serveList';

export interface ResourceRequest {
  store: ObjectStore;
  objects: ObjectApi;
  info: RequestInfo;
  url: URL;
  user: UserInfo;
  request: IncomingMessage;
  response: ServerResponse;
  maxPage?: number;
}

export function selection(
  type: ResourceType,
  query: URLSearchParams,
): Predicate {
  const byLabels = parseLabelSelector(query.get('labelSelector') ?? undefined);
  const byFields = parseFieldSelector(
    query.get('fieldSelector') ?? undefined,
    type.kind,
  );
  return object => byLabels(object) && byFields(object);
}

const SUCCESS = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  code: 201,
};

const scaleOf = (object: KubernetesObject): KubernetesObject => ({
  kind: 'Scale',
  apiVersion: 'autoscaling/v1',
  metadata: {
    name: object.metadata.name,
    namespace: object.metadata.namespace,
    uid: object.metadata.uid,
    resourceVersion: object.metadata.resourceVersion,
    creationTimestamp: object.metadata.creationTimestamp,
  },
  spec: { replicas: object.spec?.replicas ?? 0 },
  status: {
    replicas: object.status?.replicas ?? 0,
    selector: Object.entries(object.spec?.selector?.matchLabels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  },
});

function podLog(pod: KubernetesObject): string {
  const container = pod.spec?.containers?.[0];
  const started = pod.status?.startTime ?? pod.metadata.creationTimestamp;
  return `${started} The sandbox runs no containers; ${container?.image} would write its log here.\n`;
}

/** Serves one request for resources, watches apart. */
export async function serveResource(context: ResourceRequest): Promise<void> {
  const { store, objects, info, url, request, response } = context;
  const { type, namespace, name, subresource } = info;
  const query = url.searchParams;
  const dryRun = query.getAll('dryRun').includes('All');
  const warnings: string[] = [];
  const options: WriteOptions = {
    manager:
      query.get('fieldManager') ||
      (request.headers['user-agent'] ?? 'unknown').split(/[/\s]/)[0],
    dryRun,
    fieldValidation: query.get('fieldValidation'),
    warn: warning => warnings.push(warning),
  };
  const answer = (code: number, body: unknown) =>
    sendJson(response, code, body, {
      ...(warnings.length && {
        warning: warnings.map(text => `299 - ${JSON.stringify(text)}`),
      }),
    });
  const target: Target = { type, namespace, name: name ?? '', subresource };

  switch (info.verb) {
    case 'list':
      answer(
        200,
        listObjects(
          store,
          type,
          namespace,
          selection(type, query),
          query,
          context.maxPage,
        ),
      );
      return;

    case 'get': {
      const object = objects.get(target);
      if (subresource === 'log') {
        sendText(response, 200, podLog(object));
      } else {
        answer(200, subresource === 'scale' ? scaleOf(object) : object);
      }
      return;
    }

    case 'create': {
      if (name) {
        throw methodNotAllowed();
      }
      if (type.namespaced && !namespace) {
        throw badRequest(
          'the namespace is missing from the path of the request',
        );
      }
      const body = parseBody(await readBody(request));
      if (type.kind === 'Binding' && !type.group) {
        objects.bind(namespace!, body, options);
        answer(201, SUCCESS);
        return;
      }
      answer(201, objects.create(type, namespace, body, options));
      return;
    }

    case 'update': {
      const body = parseBody(await readBody(request));
      if (subresource === 'scale') {
        answer(200, scaleOf(scale(objects, target, () => body, options)));
      } else {
        answer(200, objects.update(target, body, options));
      }
      return;
    }

    case 'patch':
      await servePatch(context, target, options, answer);
      return;

    case 'delete':
    case 'deletecollection': {
      const text = await readBody(request);
      const body = text ? parseBody(text) : {};
      const deleteOptions = {
        propagationPolicy:
          query.get('propagationPolicy') ?? body.propagationPolicy,
        preconditions: body.preconditions,
        dryRun: dryRun || body.dryRun?.includes('All'),
      };
      if (!name) {
        const list = listObjects(
          store,
          type,
          namespace,
          selection(type, query),
          query,
        );
        list.items.forEach(({ metadata }) =>
          objects.delete(
            { type, namespace: metadata.namespace, name: metadata.name },
            deleteOptions,
          ),
        );
        answer(200, list);
        return;
      }
      const { object, gone } = objects.delete(target, deleteOptions);
      answer(
        200,
        gone
          ? {
              kind: 'Status',
              apiVersion: 'v1',
              metadata: {},
              status: 'Success',
              details: {
                name,
                ...(type.group && { group: type.group }),
                kind: type.plural,
                uid: object.metadata.uid,
              },
            }
          : object,
      );
      return;
    }

    default:
      throw methodNotAllowed();
  }
}

async function servePatch(
  context: ResourceRequest,
  target: Target,
  options: WriteOptions,
  answer: (code: number, body: unknown) => void,
): Promise<void> {
  const { request, objects, url } = context;
  const mediaType = (request.headers['content-type'] ?? '')
    .split(';')[0]
    .trim();
  const patch = PATCHES[mediaType];
  if (!patch && mediaType !== APPLY_TYPE) {
    throw unsupportedMediaType();
  }
  const body = parseBody(await readBody(request));
  if (mediaType === APPLY_TYPE) {
    if (!url.searchParams.get('fieldManager')) {
      throw badRequest(
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      );
    }
    if (target.subresource === 'scale') {
      throw noSuchResource();
    }
    const force = url.searchParams.get('force') === 'true';
    const { object, created } = objects.apply(target, body, {
      ...options,
      force,
    });
    answer(created ? 201 : 200, object);
  } else if (target.subresource === 'scale') {
    const scaled = scale(
      objects,
      target,
      current => patch(current, body),
      options,
    );
    answer(200, scaleOf(scaled));
  } else {
    answer(
      200,
      objects.patch(target, object => patch(object, body), options),
    );
  }
}

function scale(
  objects: ObjectApi,
  target: Target,
  change: (current: KubernetesObject) => KubernetesObject,
  options: WriteOptions,
): KubernetesObject {
  return objects.patch(
    { ...target, subresource: undefined },
    object => {
      const wanted = change(scaleOf(object));
      return mergePatch(object, {
        metadata: { resourceVersion: wanted.metadata?.resourceVersion },
        spec: { replicas: wanted.spec?.replicas ?? 0 },
      });
    },
    options,
  );
}
