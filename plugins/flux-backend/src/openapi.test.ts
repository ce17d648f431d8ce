import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import { parse } from 'yaml';
import { createRouter } from './router';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

function describedRoutes(): string[] {
  const { paths } = parse(
    readFileSync(join(__dirname, 'openapi.yaml'), 'utf8'),
  );
  return Object.entries<object>(paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter(key => METHODS.includes(key))
      .map(method => `${method} ${path}`),
  );
}

function servedRoutes(): string[] {
  const router = createRouter({
    auditor: mockServices.auditor.mock(),
    httpAuth: mockServices.httpAuth.mock(),
    permissions: mockServices.permissions.mock(),
  } as Partial<Parameters<typeof createRouter>[0]> as any);
  return router.stack.flatMap(({ route }: any) =>
    route
      ? Object.keys(route.methods).map(
          method => `${method} ${route.path.replace(/:(\w+)/g, '{$1}')}`,
        )
      : [],
  );
}

describe('openapi.yaml', () => {
  it('describes every route of the router, and no other', () => {
    expect(servedRoutes().length).toBeGreaterThan(0);
    expect(describedRoutes().sort()).toEqual(servedRoutes().sort());
  });
});
