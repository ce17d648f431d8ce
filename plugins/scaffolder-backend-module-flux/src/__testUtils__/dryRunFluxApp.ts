import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import {
  createServiceFactory,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { clusterAccessServiceRef } from '@backstage-flux/plugin-flux-node';
import { JsonObject } from '@backstage/types';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import githubModule from '@backstage/plugin-scaffolder-backend-module-github';
import { parse } from 'yaml';
import fluxModule from '..';
import { FakeCluster } from './fakeCluster';
import { FakeGithub } from './fakeGithub';

/** The template as it is published. */
const templateFolder = resolvePackagePath(
  '@backstage-flux/plugin-scaffolder-backend-module-flux',
  '../../templates/flux-app',
);

/** What somebody fills in who changes nothing else. */
export const goodValues = {
  name: 'orders',
  description: 'Takes orders: "yes", #1 & {{ more }} ${{ values.name }} | \\',
  owner: 'group:default/shop',
  stack: 'node',
  repoOwner: 'acme',
  visibility: 'private',
  imageAccess: 'public',
  cluster: 'prod-eu',
  environments: 'one',
  enrolment: 'fleet',
  updates: 'commit',
  notify: 'poll',
  exposure: 'none',
  rollout: 'rolling',
};

export interface DryRun {
  status: number;
  /** The whole answer, for errors. */
  text: string;
  /** Rendered files by path, e.g. `app/package.json`. */
  files: Map<string, string>;
  /** Inputs that each step was run with, by action. */
  log: string;
}

/** The template’s entity. */
export async function readTemplate() {
  return parse(await readFile(join(templateFolder, 'template.yaml'), 'utf8'));
}

async function readTemplateFiles() {
  const entries = await readdir(templateFolder, {
    recursive: true,
    withFileTypes: true,
  });
  return Promise.all(
    entries
      .filter(entry => entry.isFile())
      .map(async entry => {
        const path = join(entry.parentPath, entry.name);
        const content = await readFile(path);
        return {
          path: relative(templateFolder, path),
          base64Content: content.toString('base64'),
        };
      }),
  );
}

/** Backstage's own scaffolder with the actions of this module, ready to dry-run the template. */
export async function startScaffolder(options: {
  github: FakeGithub;
  cluster: FakeCluster;
  environment?: Record<string, string>;
}) {
  const { github, cluster, environment } = options;
  const backend = await startTestBackend({
    features: [
      scaffolderPlugin,
      githubModule,
      fluxModule,
      catalogServiceMock.factory({ entities: [] }),
      mockServices.rootConfig.factory({
        data: {
          ...github.config,
          scaffolder: {
            defaultEnvironment: {
              parameters: { githubHost: github.host, ...environment },
            },
          },
        },
      }),
      createServiceFactory({
        service: clusterAccessServiceRef,
        deps: {},
        factory: () => cluster,
      }),
    ],
  });
  const template = await readTemplate();
  const directoryContents = await readTemplateFiles();

  return {
    stop: () => backend.stop(),
    async dryRun(values: JsonObject): Promise<DryRun> {
      const response = await fetch(
        `http://localhost:${backend.server.port()}/api/scaffolder/v2/dry-run`,
        {
          method: 'POST',
          headers: {
            authorization: mockCredentials.user.header(),
            'content-type': 'application/json',
          },
          body: JSON.stringify({ template, values, directoryContents }),
        },
      );
      const text = await response.text();
      const body = response.ok
        ? JSON.parse(text)
        : { directoryContents: [], log: [] };
      return {
        status: response.status,
        text,
        files: new Map(
          body.directoryContents.map(
            (file: { path: string; base64Content: string }) => [
              file.path,
              Buffer.from(file.base64Content, 'base64').toString(),
            ],
          ),
        ),
        log: body.log
          .map((entry: { body: { message: string } }) => entry.body.message)
          .join('\n'),
      };
    },
  };
}
