import type { Projection } from './projection/types';
import { describeRef } from './refs';
import type { ExplainedStatus } from './status/types';

const VERBS: Record<string, string> = {
  Kustomization: 'can’t apply',
  GitRepository: 'can’t fetch',
  OCIRepository: 'can’t fetch',
  Bucket: 'can’t fetch',
  HelmRepository: 'can’t fetch',
  HelmChart: 'can’t be built',
  ArtifactGenerator: 'can’t generate',
  ImageRepository: 'can’t scan',
  ImagePolicy: 'can’t choose an image',
  ImageUpdateAutomation: 'can’t update Git',
  Deployment: 'is not ready',
  StatefulSet: 'is not ready',
  DaemonSet: 'is not ready',
  ReplicaSet: 'is not ready',
  Pod: 'is not ready',
  Job: 'failed',
};

/** What a failing object cannot do, e.g. `can’t apply`. */
export function failureVerb(p: Projection, status: ExplainedStatus): string {
  if (status.explanation?.verb) return status.explanation.verb;
  if (p.ref.kind === 'HelmRelease') {
    const raw = `${status.reason} ${status.rawMessage}`;
    if (/upgrade/i.test(raw)) return 'can’t upgrade';
    if (/install/i.test(raw)) return 'can’t install';
    return 'can’t release';
  }
  return VERBS[p.ref.kind] ?? 'fails';
}

/** One sentence without its period. */
export function causeTitle(p: Projection, status: ExplainedStatus): string {
  const name = describeRef(p.ref);
  if (status.state === 'suspended') {
    return `${name} is suspended${status.message
      .replace(/^Suspended/, '')
      .replace(/\.$/, '')}`;
  }
  if (status.state === 'waiting') {
    return /first image/.test(status.summary)
      ? status.message.replace(/\.$/, '')
      : `${name} waits ${status.summary}`;
  }
  const detail = status.explanation?.detail ?? status.explanation?.short;
  const verb = failureVerb(p, status);
  if (!detail) return `${name} ${verb}`;
  return detail === verb ? `${name} ${detail}` : `${name} ${verb}: ${detail}`;
}

/** What a person can do about it. */
export function causeRemedy(status: ExplainedStatus): string | undefined {
  if (status.state === 'suspended') {
    return 'Resume it once the reason for the suspension is gone.';
  }
  if (status.state === 'waiting' && /first image/.test(status.summary)) {
    return /not in Git yet/.test(status.message ?? '')
      ? 'Flux commits it by itself, or opens a branch: then merge its pull request.'
      : 'It goes on by itself once the first image is published; look at the build.';
  }
  return status.explanation?.remedy;
}
