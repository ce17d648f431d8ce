import { createRemoteJWKSet, jwtVerify } from 'jose';
import {
  startTestGithub,
  type TestGithub,
} from '../__testUtils__/startTestGithub';
import { commitFiles } from '../__testUtils__/commitFiles';

jest.setTimeout(60_000);

const ask = `curl --silent --header "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL$AUDIENCE"`;

const workflow = (permissions: string, step: string, more = '') => `
name: who
on: push
${permissions}
jobs:
  ask:
    runs-on: ubuntu-24.04
    ${more}
    steps:
      - run: |
          ${step}
`;

describe('ID tokens', () => {
  let github: TestGithub;

  beforeAll(async () => {
    github = await startTestGithub();
    await github.api('/orgs/acme/repos', {
      method: 'POST',
      body: { name: 'orders', private: true },
    });
  });

  afterAll(() => github.stop());

  /** Pushes a workflow, and gives what its step wrote to the summary when it has ended. */
  async function summaryOf(text: string, branch = 'main'): Promise<string> {
    await commitFiles(github, 'orders', branch, {
      '.github/workflows/who.yml': text,
    });
    await github.idle();
    const repository = github.repositories.get('acme', 'orders')!;
    const [run] = github.runs.list(repository);
    expect(run.conclusion).toBe('success');
    return run.jobs[0].summary ?? '';
  }

  const verify = async (token: string, audience: string) => {
    const issuer = `${github.url}/_services/token`;
    const discovery = await fetch(`${issuer}/.well-known/openid-configuration`);
    const { jwks_uri } = (await discovery.json()) as { jwks_uri: string };
    return jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), {
      issuer,
      audience,
    });
  };
  const valueOf = (answer: string) => JSON.parse(answer).value as string;

  it('say which job asked, to whom they are meant', async () => {
    const answer = await summaryOf(
      workflow(
        'permissions: {id-token: write}',
        `AUDIENCE='&audience=flux'; ${ask} >> "$GITHUB_STEP_SUMMARY"`,
      ),
    );
    const { payload, protectedHeader } = await verify(valueOf(answer), 'flux');
    const head = await github.api('/repos/acme/orders/commits/main');
    const [run] = github.runs.list(github.repositories.get('acme', 'orders')!);
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT' });
    expect(payload).toMatchObject({
      sub: 'repo:acme/orders:ref:refs/heads/main',
      repository: 'acme/orders',
      repository_owner: 'acme',
      repository_visibility: 'private',
      ref: 'refs/heads/main',
      sha: head.body.sha,
      workflow: 'who',
      job_workflow_ref: 'acme/orders/.github/workflows/who.yml@refs/heads/main',
      event_name: 'push',
      actor: 'guest',
      run_id: String(run.id),
      run_attempt: '1',
    });
    expect(payload.exp! - payload.iat!).toBe(300);
  });

  it('are for the owner without an audience, and name an environment', async () => {
    const answer = await summaryOf(
      workflow(
        '',
        `AUDIENCE=; ${ask} >> "$GITHUB_STEP_SUMMARY"`,
        'permissions: {contents: read, id-token: write}\n    environment: production',
      ),
      'next',
    );
    const { payload } = await verify(valueOf(answer), `${github.url}/acme`);
    expect(payload).toMatchObject({
      sub: 'repo:acme/orders:environment:production',
      environment: 'production',
      ref: 'refs/heads/next',
    });
  });

  it.each([
    ['without permissions', '', ''],
    [
      'whose own permissions leave it out',
      'permissions: {id-token: write}',
      'permissions: {contents: write}',
    ],
    ['that may only read', 'permissions: read-all', ''],
  ])('are not there for a job %s', async (_name, permissions, more) => {
    const summary = await summaryOf(
      workflow(
        permissions,
        'echo "url ${ACTIONS_ID_TOKEN_REQUEST_URL:-none}, token ${ACTIONS_ID_TOKEN_REQUEST_TOKEN:-none}" >> "$GITHUB_STEP_SUMMARY"',
        more,
      ),
    );
    expect(summary).toBe('url none, token none\n');
  });

  it('end with the job, belong to it, and keep what asks for them out of the log', async () => {
    const summary = await summaryOf(
      workflow(
        'permissions: write-all',
        'echo "$ACTIONS_ID_TOKEN_REQUEST_URL $ACTIONS_ID_TOKEN_REQUEST_TOKEN" | tee "$GITHUB_STEP_SUMMARY"',
      ),
    );
    const [url, token] = summary.trim().split(' ');
    const status = async (authorization?: string) =>
      (await fetch(url, { headers: authorization ? { authorization } : {} }))
        .status;
    expect(await status(`bearer ${token}`)).toBe(401);
    expect(await status('bearer admin-token')).toBe(401);
    expect(await status()).toBe(401);
    const repository = github.repositories.get('acme', 'orders')!;
    const [run] = github.runs.list(repository);
    const log = await github.runs.readLog(repository, run, run.jobs[0]);
    expect(log).toContain(url);
    expect(log).not.toContain(token);
  });

  it('are signed with the same key after a restart', async () => {
    const keys = async () =>
      (await fetch(`${github.url}/_services/token/.well-known/jwks`)).json();
    const before = await keys();
    expect(Object.keys(before.keys[0]).sort()).toEqual(
      ['alg', 'e', 'kid', 'kty', 'n', 'use'].sort(),
    );
    github = await github.restart();
    expect(await keys()).toEqual(before);
  });
});
