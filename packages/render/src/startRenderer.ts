import { createServiceFactory } from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import {
  ClusterAccess,
  clusterAccessServiceRef,
} from '@backstage-flux/plugin-flux-node';
import fluxModule from '@backstage-flux/plugin-scaffolder-backend-module-flux';
import { InputError } from '@backstage/errors';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import githubModule from '@backstage/plugin-scaffolder-backend-module-github';
import { JsonObject } from '@backstage/types';
import { chosenFields, Schema } from './chosenFields';
import { describeRefusal, isOfForm } from './describeRefusal';
import { readTemplate } from './readTemplate';

/** Contents by path, e.g. `app/README.md`. */
export type Files = Map<string, string>;

/** Renders one template again and again. */
export interface Renderer {
  /** The template’s entity. */
  template: any;
  /** Throws an `InputError` that names each field that is wrong. */
  render(values: JsonObject): Promise<Files>;
  /** The same, with what the scaffolder logs: the inputs of each step that would create something. */
  dryRun(values: JsonObject): Promise<{ files: Files; log: string }>;
  stop(): Promise<void>;
}

/** A dry run asks no cluster; one that does is a mistake of the action. */
const noClusters: ClusterAccess = {
  async listClusters() {
    throw new Error('A dry run asked for clusters');
  },
  async request(cluster, path) {
    throw new Error(`A dry run asked cluster ${cluster} for ${path}`);
  },
};

/** Starts Backstage’s scaffolder on loopback, with the template in `templates/<name>`. */
export async function startRenderer(
  name: string,
  environment: Record<string, string> = {},
): Promise<Renderer> {
  const { entity, directoryContents } = await readTemplate(name);
  const backend = await startTestBackend({
    features: [
      scaffolderPlugin,
      githubModule,
      fluxModule,
      catalogServiceMock.factory({ entities: [] }),
      mockServices.rootLogger.factory({ level: 'error' }),
      mockServices.rootConfig.factory({
        data: {
          // Nothing is asked of it, but the actions want to know the host
          integrations: { github: [{ host: 'github.com', token: 'none' }] },
          scaffolder: { defaultEnvironment: { parameters: environment } },
        },
      }),
      createServiceFactory({
        service: clusterAccessServiceRef,
        deps: {},
        factory: () => noClusters,
      }),
    ],
  });
  const url = `http://localhost:${backend.server.port()}/api/scaffolder/v2/dry-run`;

  const ask = async (template: any, values: JsonObject) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: mockCredentials.user.header(),
        'content-type': 'application/json',
      },
      body: JSON.stringify({ template, values, directoryContents }),
    });
    return { ok: response.ok, answer: await response.json() };
  };

  /** Asks again without choices when all that was said is that the form is wrong. */
  const refusalOf = async (answer: any, values: JsonObject) => {
    if (!isOfForm(answer)) {
      return describeRefusal(answer);
    }
    const parameters = entity.spec.parameters.map((page: Schema) =>
      chosenFields(page, values),
    );
    const spec = { ...entity.spec, parameters };
    const again = await ask({ ...entity, spec }, values);
    return describeRefusal(again.ok ? answer : again.answer);
  };

  const dryRun = async (values: JsonObject) => {
    const { ok, answer } = await ask(entity, values);
    if (!ok) {
      throw new InputError(await refusalOf(answer, values));
    }
    const files: Files = new Map(
      answer.directoryContents.map(
        (file: { path: string; base64Content: string }) => [
          file.path,
          Buffer.from(file.base64Content, 'base64').toString(),
        ],
      ),
    );
    const log = answer.log
      .map((entry: { body: { message: string } }) => entry.body.message)
      .join('\n');
    return { files, log };
  };

  return {
    template: entity,
    stop: () => backend.stop(),
    dryRun,
    render: async values => (await dryRun(values)).files,
  };
}
