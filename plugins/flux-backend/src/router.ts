import {
  AuditorService,
  BackstageCredentials,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import { JsonObject } from '@backstage/types';
import {
  fluxResourceReconcilePermission,
  fluxResourceResumePermission,
  fluxResourceSuspendPermission,
  parseResourceId,
} from '@backstage-flux/plugin-flux-common';
import express, { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { planReconcile } from './actions/reconcile';
import { planResume } from './actions/resume';
import { EntityActions } from './actions/EntityActions';
import { planSuspend } from './actions/suspend';
import { audited } from './audited';
import { authorizeNamespaces } from './clusters/authorizeNamespaces';
import { authorizeClusters, listClusterInfos } from './clusters/clusterInfos';
import { EntityAccess } from './entity/EntityAccess';
import { EntityViews } from './entity/EntityViews';
import { sendView } from './entity/sendView';
import { readOpenApiDocument } from './openapi/document';
import { RequestParser } from './openapi/RequestParser';
import { authorizeResources } from './resources/authorizeResources';
import { ResourceDetails } from './resources/ResourceDetails';
import { ResourceLists } from './resources/ResourceLists';
import { ResourceReads } from './resources/ResourceReads';
import { sendWithETag } from './sendWithETag';
import { ResourceStore } from './store/ResourceStore';
import { EntityStreams } from './stream/EntityStreams';

export interface RouterOptions {
  auditor: AuditorService;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  store: ResourceStore;
  access: EntityAccess;
  views: EntityViews;
  actions: EntityActions;
  lists: ResourceLists;
  reads: ResourceReads;
  details: ResourceDetails;
  streams: EntityStreams;
}

const ENTITY = '/entities/:namespace/:kind/:name';

export function createRouter(options: RouterOptions): Router {
  const { auditor, httpAuth, permissions, store } = options;
  const { access, views, actions, lists, reads, details, streams } = options;
  const document = readOpenApiDocument();
  const requests = new RequestParser(document);
  const router = PromiseRouter();
  router.use(express.json());

  /** Reads something for whoever asks, and has it audited. */
  const read = async <T>(
    request: Request,
    eventId: string,
    meta: JsonObject | undefined,
    run: (credentials: BackstageCredentials) => Promise<T>,
  ): Promise<T> => {
    const credentials = await httpAuth.credentials(request);
    return audited(
      auditor,
      { eventId, request, severityLevel: 'low', meta },
      () => run(credentials),
    );
  };

  router.get('/openapi.json', (_, response) => {
    response.json(document);
  });

  router.get('/clusters', async (request, response) => {
    requests.parse('listClusters', request);
    const items = await read(
      request,
      'clusters-read',
      undefined,
      async credentials => {
        await authorizeClusters(permissions, credentials);
        return listClusterInfos(store);
      },
    );
    sendWithETag(request, response, { items });
  });

  router.get(
    '/clusters/:cluster/namespaces/:namespace',
    async (request, response) => {
      const { path } = requests.parse('getNamespace', request);
      const exists = await read(
        request,
        'namespace-read',
        { ...path },
        async credentials => {
          await authorizeNamespaces(permissions, credentials);
          return reads.namespaceExists(path);
        },
      );
      response.set('Cache-Control', 'no-store').json({ exists });
    },
  );

  router.get('/resources', async (request, response) => {
    const { query } = requests.parse('listResources', request);
    const list = await read(
      request,
      'resources-read',
      { ...query },
      async credentials => {
        await authorizeResources(permissions, credentials);
        return lists.list(query);
      },
    );
    sendWithETag(request, response, list);
  });

  router.get('/resource', async (request, response) => {
    const { id } = requests.parse('getResource', request).query;
    const ref = parseResourceId(id);
    const detail = await read(
      request,
      'resource-read',
      { id },
      async credentials => {
        await authorizeResources(permissions, credentials);
        return details.ofCluster(ref);
      },
    );
    sendWithETag(request, response, detail);
  });

  router.get('/stream', async (request, response) => {
    const { entity } = requests.parse('streamEntityViews', request).query;
    const refs = entity.map(ref => parseEntityRef(ref));
    await streams.serve(request, response, refs);
  });

  router.get(ENTITY, async (request, response) => {
    const { path } = requests.parse('getEntityView', request);
    const view = await read(
      request,
      'entity-read',
      { ...path },
      async credentials => views.read(await access.toRead(path, credentials)),
    );
    await sendView(request, response, view);
  });

  router.get(`${ENTITY}/resource`, async (request, response) => {
    const { path, query } = requests.parse('getEntityResource', request);
    const ref = parseResourceId(query.id);
    const detail = await read(
      request,
      'entity-resource-read',
      { ...path, ...query },
      async credentials =>
        details.ofEntity(await access.toRead(path, credentials), ref),
    );
    sendWithETag(request, response, detail);
  });

  router.get(`${ENTITY}/resource/log`, async (request, response) => {
    const { path, query } = requests.parse('getEntityLog', request);
    const { id, container, tailLines, previous } = query;
    const ref = parseResourceId(id);
    const log = await read(
      request,
      'entity-log-read',
      { ...path, ...query },
      async credentials =>
        details.logOfEntity(await access.toRead(path, credentials), ref, {
          container,
          tailLines,
          previous,
        }),
    );
    response.set('Cache-Control', 'no-store').type('text/plain').send(log);
  });

  router.post(`${ENTITY}/actions/reconcile`, async (request, response) => {
    const { path, body } = requests.parse('reconcile', request);
    response.json(
      await actions.run(request, {
        entity: path,
        action: 'reconcile',
        permission: fluxResourceReconcilePermission,
        plan: (known, by) => planReconcile(known, body, by),
      }),
    );
  });

  router.post(`${ENTITY}/actions/suspend`, async (request, response) => {
    const { path, body } = requests.parse('suspend', request);
    const reason = body.reason.trim();
    response.json(
      await actions.run(request, {
        entity: path,
        action: 'suspend',
        permission: fluxResourceSuspendPermission,
        plan: ({ view }, by) => planSuspend(view, { ...body, reason }, by),
      }),
    );
  });

  router.post(`${ENTITY}/actions/resume`, async (request, response) => {
    const { path, body } = requests.parse('resume', request);
    response.json(
      await actions.run(request, {
        entity: path,
        action: 'resume',
        permission: fluxResourceResumePermission,
        plan: ({ view }, by) => planResume(view, body, by),
      }),
    );
  });

  return router;
}
