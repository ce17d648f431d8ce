import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromYaml } from '../template/goYaml';
import { ChartError, loadChart, Values } from './Chart';
import { renderChart } from './render';
import { coalesceValues, missingDependencies } from './values';

const FIXTURES = join(__dirname, '../__fixtures__');

const read = (name: string) => readFileSync(join(FIXTURES, name), 'utf8');

const chartOf = (name: string) => {
  const folder = join(FIXTURES, 'charts', name);
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return loadChart(
    new Map(
      entries
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name))
        .map(path => [path.slice(folder.length + 1), readFileSync(path)]),
    ),
  );
};

const chartOfTexts = (files: Record<string, string>) =>
  loadChart(
    new Map(
      Object.entries({
        'Chart.yaml': 'apiVersion: v2\nname: e\nversion: 0.1.0\n',
        'values.yaml': 'a: {b: 1}\ns: text\nnum: 5\n',
        ...files,
      }).map(([path, text]) => [path, Buffer.from(text)]),
    ),
  );

const render = (
  chart: Awaited<ReturnType<typeof chartOf>>,
  values: Values = {},
) =>
  renderChart(
    chart,
    values,
    { name: 'rel', namespace: 'shop', revision: 1, isUpgrade: false },
    { kubeVersion: 'v1.36.0', apiVersions: new Set(['v1', 'apps/v1']) },
  );

function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing failed';
}

describe('rendering, compared with Helm', () => {
  it.each([
    ['app', undefined, 'app.manifest.yaml'],
    ['app', 'app.full.values.yaml', 'app.full.manifest.yaml'],
    ['functions', undefined, 'functions.manifest.yaml'],
  ])('of chart %s with values %s', async (name, values, manifest) => {
    const given = values ? (fromYaml(read(values)) as Values) : {};
    const rendered = render(await chartOf(name), given);
    expect(`${rendered.manifest.trim()}\n`).toBe(read(manifest));
  });

  it('keeps hooks and notes out of the manifest', async () => {
    const { hooks, notes, manifest } = render(await chartOf('app'));
    expect(hooks).toMatchObject([
      { name: 'rel-app-test-connection', events: ['test'], weight: 0 },
    ]);
    expect(notes).toBe('rel-app serves port 80.\n');
    expect(manifest).not.toContain('test-connection');
  });

  // What Helm 4.2.4 says of the same.
  it.each([
    [
      '{{ foo 1 }}',
      'parse error at (e/templates/x.yaml:1): function "foo" not defined',
    ],
    [
      'a: {{ if .Values.s }}',
      'parse error at (e/templates/x.yaml:1): unexpected EOF',
    ],
    [
      'a: {{ end }}',
      'parse error at (e/templates/x.yaml:1): unexpected {{end}}',
    ],
    [
      'a: {{ $x }}',
      'parse error at (e/templates/x.yaml:1): undefined variable "$x"',
    ],
    [
      'a: {{ "x }}',
      'parse error at (e/templates/x.yaml:1): unterminated quoted string',
    ],
    [
      'a: 1\nb: {{ .Values.nope.x.y }}',
      'e/templates/x.yaml:2:13\n  executing "e/templates/x.yaml" at <.Values.nope.x.y>:\n    nil pointer evaluating interface {}.x',
    ],
    [
      'a: {{ include "inc" . }}',
      'e/templates/x.yaml:1:6\n  executing "e/templates/x.yaml" at <include "inc" .>:\n    error calling include:\ne/templates/_h.tpl:1:28\n  executing "inc" at <.Values.nope.x>:\n    nil pointer evaluating interface {}.x',
    ],
    [
      'a: {{ include "req" . }}',
      'execution error at (e/templates/x.yaml:1:6): need it',
    ],
    [
      'a: {{ fail "no way" }}',
      'execution error at (e/templates/x.yaml:1:6): no way',
    ],
    [
      'a: {{ nindent .Values.num "x" }}',
      'e/templates/x.yaml:1:21\n  executing "e/templates/x.yaml" at <.Values.num>:\n    wrong type for value; expected int; got float64',
    ],
    [
      'a: {{ upper }}',
      'e/templates/x.yaml:1:6\n  executing "e/templates/x.yaml" at <upper>:\n    wrong number of args for upper: want 1 got 0',
    ],
    [
      'a: {{ eq .Values.num 5 }}',
      'template: e/templates/x.yaml:1:6: executing "e/templates/x.yaml" at <eq .Values.num 5>: error calling eq: incompatible types for comparison: float64 and int',
    ],
    [
      'a: {{ tpl "{{ foo }}" . }}',
      'template: e/templates/x.yaml:1:6: executing "e/templates/x.yaml" at <tpl "{{ foo }}" .>: error calling tpl: cannot parse template "{{ foo }}": template: gotpl:1: function "foo" not defined',
    ],
    [
      'a: {{ template "missing" . }}',
      'e/templates/x.yaml:1:15\n  executing "e/templates/x.yaml" at <{{template "missing" .}}>:\n    template "missing" not defined',
    ],
  ])('of %j, which fails', async (template, message) => {
    const chart = await chartOfTexts({
      'templates/_h.tpl':
        '{{ define "inc" }}{{ .Values.nope.x }}{{ end }}{{ define "req" }}{{ required "need it" .Values.q }}{{ end }}',
      'templates/x.yaml': template,
    });
    expect(failure(() => render(chart))).toBe(message);
  });

  it('ends a template that includes itself', async () => {
    const chart = await chartOfTexts({
      'templates/x.yaml':
        '{{ define "loop" }}{{ include "loop" . }}{{ end }}{{ include "loop" . }}',
    });
    expect(() => render(chart)).toThrow(
      /rendering template has a nested reference name: loop/,
    );
  });
});

describe('values of a chart', () => {
  const parent = () =>
    chartOfTexts({
      'Chart.yaml': `apiVersion: v2
name: e
version: 0.1.0
dependencies:
  - {name: one, version: 1.0.0, condition: one.enabled}
  - {name: two, version: 1.0.0}
`,
      'values.yaml':
        'keep: {a: 1, b: 2}\ngone: x\nglobal: {g: 1}\none: {color: red}\n',
      'charts/one/Chart.yaml': 'apiVersion: v2\nname: one\nversion: 1.0.0\n',
      'charts/one/values.yaml': 'color: blue\nsize: 1\n',
      'charts/one/templates/x.yaml':
        'kind: One\ncolor: {{ .Values.color }} {{ .Values.size }} {{ .Values.global.g }}\n',
    });

  it('are merged: what is given wins, and null takes a default away', async () => {
    expect(
      coalesceValues(await parent(), {
        keep: { b: 3 },
        gone: null,
        extra: [1],
      }),
    ).toEqual({
      keep: { a: 1, b: 3 },
      extra: [1],
      global: { g: 1 },
      one: { color: 'red', size: 1, global: { g: 1 } },
    });
  });

  it('turn dependencies off', async () => {
    const chart = await parent();
    expect(render(chart).manifest).toContain('color: red 1 1');
    expect(render(chart, { one: { enabled: false } }).manifest).toBe('');
  });

  it('tell which dependencies are not there', async () => {
    expect(missingDependencies(await parent())).toEqual(['two']);
  });

  it('refuses a Kubernetes version that the chart does not support', async () => {
    const chart = await chartOfTexts({
      'Chart.yaml':
        'apiVersion: v2\nname: e\nversion: 0.1.0\nkubeVersion: ">=1.99"\n',
    });
    expect(() => render(chart)).toThrow(
      new ChartError(
        'chart requires kubeVersion: >=1.99 which is incompatible with Kubernetes v1.36.0',
      ),
    );
  });
});
