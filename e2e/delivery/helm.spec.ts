import { expect, test } from '@playwright/test';
import { expectAnswer } from '../support/answer';
import {
  backstage,
  clusterCard,
  expectHeadline,
  objectRow,
  openFluxTab,
  signIn,
} from '../support/backstage';
import { gitRepository, helmRelease, namespace } from '../support/flux';
import { commit, createRepository } from '../support/github';
import { apply, read } from '../support/kubernetes';
import { named, seconds, world } from '../support/world';

const app = () => named('hello');
const charts = () => named('charts');

const chart: Record<string, string> = {
  'hello/Chart.yaml': 'apiVersion: v2\nname: hello\nversion: 0.1.0\n',
  'hello/values.yaml': 'replicas: 1\n',
  'hello/templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels:
      app: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app: {{ .Release.Name }}
    spec:
      containers:
        - name: pause
          image: registry.k8s.io/pause:3.10
`,
};

const component = () => `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${app()}
  annotations:
    backstage.io/kubernetes-cluster: ${world().cluster}
    fluxcd.io/resources: helmrelease:${app()}/${app()}
spec:
  type: service
  lifecycle: experimental
  owner: team-checkout
`;

const setReplicas = (value: string) =>
  commit(charts(), `Run ${value} replicas`, clone =>
    clone.write('hello/values.yaml', `replicas: ${value}\n`),
  );

async function replicas(): Promise<number | undefined> {
  return (await read('Deployment', app(), app()))?.spec.replicas;
}

test.describe('a chart in Git, released by Helm', () => {
  test.beforeEach(({ page }) => signIn(page));

  test('is installed', async ({ page }) => {
    await createRepository(charts());
    await commit(charts(), 'Add the chart', async clone => {
      await clone.write('catalog-info.yaml', component());
      for (const [path, text] of Object.entries(chart)) {
        await clone.write(path, text);
      }
    });
    const { url, owner } = world().github;
    await backstage('/catalog/locations', {
      method: 'POST',
      body: {
        type: 'url',
        target: `${url}/${owner}/${charts()}/blob/main/catalog-info.yaml`,
      },
    });
    await apply(namespace(app()));
    await apply(gitRepository(app(), 'charts', charts()));
    await apply(
      helmRelease(app(), app(), { source: 'charts', chart: './hello' }),
    );

    await expect(async () => {
      await openFluxTab(page, app());
      await expect(clusterCard(page)).toBeVisible({ timeout: 5_000 });
    }).toPass({ timeout: seconds(90) });
    await expectHeadline(page, 'Up to date');
    await expect(objectRow(page, 'HelmRelease', app())).toContainText(
      'hello 0.1.0',
    );
    expect(await replicas()).toBe(1);
    await expectAnswer(app(), 'helm-installed');
  });

  test('shows why an upgrade failed, and what runs goes on', async ({
    page,
  }) => {
    await openFluxTab(page, app());
    await setReplicas('two');
    await expectHeadline(page, '(Stalled|Failing)');
    await expect(clusterCard(page)).toContainText('spec.replicas');
    expect(await replicas()).toBe(1);
    await expectAnswer(app(), 'helm-upgrade-failed');
  });

  test('recovers with the next upgrade', async ({ page }) => {
    await openFluxTab(page, app());
    await setReplicas('2');
    await expectHeadline(page, 'Up to date', { timeout: seconds(120) });
    expect(await replicas()).toBe(2);
    await expectAnswer(app(), 'helm-recovered');
  });
});
