import { parse, parseAllDocuments } from 'yaml';
import { Files } from './startRenderer';

const isYaml = (path: string) => /\.ya?ml$/.test(path);

interface Job {
  needs?: string | string[];
  if?: string;
  steps?: { uses?: string; run?: string; 'continue-on-error'?: unknown }[];
  'continue-on-error'?: unknown;
}

/** YAML that a strict parser refuses. */
export function yamlProblems(files: Files): string[] {
  return [...files]
    .filter(([path]) => isYaml(path))
    .flatMap(([path, text]) =>
      parseAllDocuments(text, { strict: true })
        .flatMap(document => [...document.errors, ...document.warnings])
        .map(({ message }) => `${path}: ${message}`),
    );
}

/** What the template engine should have replaced and did not. */
export function unrenderedProblems(files: Files): string[] {
  return [...files].flatMap(([path, text]) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        /\{%|%\}|\$\{\{ *(values|parameters|steps\.\w+\.output\.(host|repoUrl))\b/.test(
          line,
        )
          ? [`${path}:${index + 1}: ${line.trim()}`]
          : [],
      ),
  );
}

/** Every object in the YAML files below a folder. */
export function objectsBelow(files: Files, folder: string): any[] {
  return [...files]
    .filter(([path]) => path.startsWith(folder) && isYaml(path))
    .flatMap(([, text]) => parseAllDocuments(text))
    .filter(document => document.contents !== null)
    .map(document => document.toJS());
}

/** The Kustomizations that the Flux tab of an entity begins with, as `<namespace>/<name>`. */
export const rootsOf = ({ metadata }: any): string[] =>
  String(metadata.annotations['fluxcd.io/resources'])
    .split(',')
    .map(item => item.trim().replace(/^kustomization:/, ''));

/** Markers that name no policy, and automations that would find no marker. */
export function markerProblems(files: Files): string[] {
  const objects = objectsBelow(files, 'app/deploy/');
  const policies = objects
    .filter(({ kind }) => kind === 'ImagePolicy')
    .map(({ metadata }) => `${metadata.namespace}:${metadata.name}`);
  const markers = [...files].flatMap(([path, text]) =>
    [...text.matchAll(/\{"\$imagepolicy": *"([^"]*)"\}/g)].map(
      ([, policy]) => ({ path, policy }),
    ),
  );
  const lost = markers
    .filter(({ policy }) => !policies.includes(policy))
    .map(({ path, policy }) => `${path}: there is no ImagePolicy ${policy}`);
  const idle = objects
    .filter(({ kind }) => kind === 'ImageUpdateAutomation')
    .map(({ spec }) => `app/${spec.update.path.replace(/^\.\//, '')}/`)
    .filter(folder => !markers.some(({ path }) => path.startsWith(folder)))
    .map(folder => `${folder}: no marker for the automation to set`);
  return [...lost, ...idle];
}

/** Roots of the Flux tab that the enrolment does not make. */
export function rootProblems(files: Files): string[] {
  const made = objectsBelow(files, 'enrolment/')
    .filter(({ kind }) => kind === 'Kustomization')
    .map(object => `${object.metadata.namespace}/${object.metadata.name}`);
  return rootsOf(parse(files.get('app/catalog-info.yaml')!))
    .filter(name => !made.includes(name))
    .map(name => `app/catalog-info.yaml: no enrolment makes ${name}`);
}

/** Folders that the enrolment has Flux apply and that are not in the repository. */
export function pathProblems(files: Files): string[] {
  return objectsBelow(files, 'enrolment/')
    .filter(({ kind }) => kind === 'Kustomization')
    .map(({ spec }) => spec.path.replace(/^\.\//, ''))
    .filter(path => !files.has(`app/${path}/kustomization.yaml`))
    .map(path => `enrolment: the repository has no ${path}`);
}

/** Namespaces of the application that its documentation does not tell of. */
export function namespaceProblems(files: Files): string[] {
  const page = files.get('app/docs/index.md')!;
  return objectsBelow(files, 'enrolment/')
    .filter(({ kind }) => kind === 'Namespace')
    .filter(({ metadata }) => !page.includes(`namespace \`${metadata.name}\``))
    .map(({ metadata }) => `app/docs/index.md: no word of ${metadata.name}`);
}

/** Kustomizations whose every look would wait for a certificate, and so for somebody's DNS record. */
export function certificateProblems(files: Files): string[] {
  const certificates = objectsBelow(files, 'app/deploy/').some(
    ({ kind }) => kind === 'Certificate',
  );
  return objectsBelow(files, 'enrolment/')
    .filter(({ spec }) => certificates && spec?.wait)
    .filter(
      ({ spec }) =>
        !spec.healthCheckExprs?.some(
          ({ kind, current }: any) =>
            kind === 'Certificate' && current === 'true',
        ),
    )
    .map(
      ({ metadata }) =>
        `enrolment: ${metadata.namespace}/${metadata.name} waits for a certificate`,
    );
}

const pushesImage = ({ steps = [] }: Job) =>
  steps.some(({ uses, run }) =>
    /^docker\/build-push-action@|docker push/.test(uses ?? run ?? ''),
  );

const runsTests = ({ steps = [] }: Job) =>
  steps.some(({ run }) =>
    /^(npm test|go test \.\/\.\.\.|python -m unittest)$/.test(run ?? ''),
  );

const forgives = (job: Job) =>
  Boolean(job['continue-on-error']) ||
  (job.steps ?? []).some(step => step['continue-on-error']);

function needsOf(jobs: Record<string, Job>, name: string): string[] {
  const direct = [jobs[name]?.needs ?? []].flat();
  return [...new Set(direct.flatMap(each => [each, ...needsOf(jobs, each)]))];
}

/** Ways to an image that do not lead through the tests. */
export function gateProblems(files: Files): string[] {
  return [...files]
    .filter(([path]) => path.startsWith('app/.github/workflows/'))
    .flatMap(([path, text]) => {
      const jobs: Record<string, Job> = parse(text).jobs;
      return Object.entries(jobs)
        .filter(([, job]) => pushesImage(job))
        .flatMap(([name, job]) => {
          const before = needsOf(jobs, name);
          const around = [name, ...before]
            .map(each => jobs[each])
            .some(
              each =>
                /always\(|failure\(|cancelled\(/.test(each.if ?? '') ||
                forgives(each),
            );
          return [
            ...(before.some(each => runsTests(jobs[each]))
              ? []
              : [`${path}: ${name} needs no tests`]),
            ...(around ? [`${path}: ${name} goes on after a failure`] : []),
            ...(/refs\/heads\/main/.test(job.if ?? '')
              ? []
              : [`${path}: ${name} is not for main only`]),
          ];
        });
    });
}

/** Every check of an application’s repository and its enrolment, by name. */
export const applicationChecks: Record<string, (files: Files) => string[]> = {
  'YAML is strict': yamlProblems,
  'nothing is left unrendered': unrenderedProblems,
  'markers name policies': markerProblems,
  'the Flux tab finds its roots': rootProblems,
  'what Flux applies is there': pathProblems,
  'the documentation names each namespace': namespaceProblems,
  'nothing waits for a certificate': certificateProblems,
  'images come through the tests': gateProblems,
};
