import {
  AuditorService,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  fluxResourceReadPermission,
  fluxResourceReconcilePermission,
  fluxResourceResumePermission,
  fluxResourceSuspendPermission,
} from '@backstage-flux/plugin-flux-common';
import { parseStrict } from '@backstage-flux/plugin-flux-node';
import express, { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { planReconcile } from './actions/reconcile';
import {
  reconcileRequest,
  resumeRequest,
  suspendRequest,
} from './actions/requests';
import { planResume } from './actions/resume';
import { EntityActions } from './actions/EntityActions';
import { planSuspend } from './actions/suspend';
import { audited } from './audited';
import { authorizeClusters, listClusterInfos } from './clusters/clusterInfos';
import { EntityAccess } from './entity/EntityAccess';
import { EntityViews } from './entity/EntityViews';
import { sendWithETag } from './sendWithETag';
import { ResourceStore } from './store/ResourceStore';

export interface RouterOptions {
  auditor: AuditorService;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  store: ResourceStore;
  access: EntityAccess;
  views: EntityViews;
  actions: EntityActions;
}

const ENTITY = '/entities/:namespace/:kind/:name';

export function createRouter(options: RouterOptions): Router {
  const { auditor, httpAuth, permissions, store, access, views, actions } =
    options;
  const router = PromiseRouter();
  router.use(express.json());

  router.get('/clusters', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const event = {
      eventId: 'clusters-read',
      request,
      severityLevel: 'low' as const,
    };
    const items = await audited(auditor, event, async () => {
      await authorizeClusters(permissions, credentials);
      return listClusterInfos(store);
    });
    sendWithETag(request, response, { items });
  });

  router.get(ENTITY, async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const ref = entityOf(request);
    const event = {
      eventId: 'entity-read',
      request,
      severityLevel: 'low' as const,
      meta: ref,
    };
    const { view } = await audited(auditor, event, async () =>
      views.read(
        await access.get(ref, fluxResourceReadPermission, credentials),
      ),
    );
    sendWithETag(request, response, view);
  });

  router.post(`${ENTITY}/actions/reconcile`, async (request, response) => {
    const body = parseStrict('body', request.body, reconcileRequest);
    response.json(
      await actions.run(request, {
        entity: entityOf(request),
        action: 'reconcile',
        permission: fluxResourceReconcilePermission,
        plan: (known, by) => planReconcile(known, body, by),
      }),
    );
  });

  router.post(`${ENTITY}/actions/suspend`, async (request, response) => {
    const body = parseStrict('body', request.body, suspendRequest);
    response.json(
      await actions.run(request, {
        entity: entityOf(request),
        action: 'suspend',
        permission: fluxResourceSuspendPermission,
        plan: ({ view }, by) => planSuspend(view, body, by),
      }),
    );
  });

  router.post(`${ENTITY}/actions/resume`, async (request, response) => {
    const body = parseStrict('body', request.body, resumeRequest);
    response.json(
      await actions.run(request, {
        entity: entityOf(request),
        action: 'resume',
        permission: fluxResourceResumePermission,
        plan: ({ view }, by) => planResume(view, body, by),
      }),
    );
  });

  return router;
}

function entityOf({ params: { kind, namespace, name } }: Request) {
  return { kind, namespace, name };
}
