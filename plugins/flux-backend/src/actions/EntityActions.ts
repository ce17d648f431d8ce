import {
  AuditorService,
  BackstageCredentials,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import { CompoundEntityRef } from '@backstage/catalog-model';
import { toError } from '@backstage/errors';
import { ResourcePermission } from '@backstage/plugin-permission-common';
import { ActionResponse, resourceId } from '@backstage-flux/plugin-flux-common';
import { Request } from 'express';
import { ClusterClients } from '../clusters/ClusterClients';
import { EntityAccess } from '../entity/EntityAccess';
import { EntityViews } from '../entity/EntityViews';
import { RenderedView } from '../entity/RenderedView';
import { principalName } from '../principal';
import { ResourceStore } from '../store/ResourceStore';
import { PlannedChange } from './plan';
import { runPlan } from './runPlan';

export interface EntityAction {
  entity: CompoundEntityRef;
  action: 'reconcile' | 'suspend' | 'resume';
  permission: ResourcePermission<'catalog-entity'>;
  plan: (known: RenderedView, by: string) => PlannedChange[];
}

/** Carries out actions on the objects of an entity, under its permissions and audited. */
export class EntityActions {
  readonly #options: {
    auditor: AuditorService;
    httpAuth: HttpAuthService;
    access: EntityAccess;
    views: EntityViews;
    clients: ClusterClients;
    store: ResourceStore;
  };

  constructor(options: {
    auditor: AuditorService;
    httpAuth: HttpAuthService;
    access: EntityAccess;
    views: EntityViews;
    clients: ClusterClients;
    store: ResourceStore;
  }) {
    this.#options = options;
  }

  async run(request: Request, action: EntityAction): Promise<ActionResponse> {
    const { auditor, httpAuth } = this.#options;
    const credentials = await httpAuth.credentials(request);
    const event = await auditor.createEvent({
      eventId: `entity-${action.action}`,
      request,
      severityLevel: 'medium',
      meta: { ...action.entity },
    });
    try {
      const answer = await this.#change(action, credentials);
      const failed = answer.results.filter(result => !result.ok);
      const meta = {
        results: answer.results.map(result => ({
          ...result,
          ref: resourceId(result.ref),
        })),
      };
      if (failed.length && failed.length === answer.results.length) {
        await event.fail({ error: new Error(failed[0].error), meta });
      } else {
        await event.success({ meta });
      }
      return answer;
    } catch (error) {
      await event.fail({ error: toError(error) });
      throw error;
    }
  }

  async #change(
    action: EntityAction,
    credentials: BackstageCredentials,
  ): Promise<ActionResponse> {
    const { access, views, clients, store } = this.#options;
    const entity = await access.toChange(
      action.entity,
      action.permission,
      credentials,
    );
    const known = await views.read(entity);
    const plan = action.plan(known, principalName(credentials));
    return runPlan({ clients, store, view: known.view, plan });
  }
}
