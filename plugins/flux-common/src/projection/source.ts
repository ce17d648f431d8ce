import { compact, list, message, rec, str, time, type Raw } from '../raw';
import { reference } from './references';
import type { SourceProjection } from './types';

function followed(ref: Raw): string | undefined {
  return (
    str(ref.commit)?.slice(0, 7) ??
    str(ref.name) ??
    str(ref.semver) ??
    str(ref.tag) ??
    str(ref.branch) ??
    str(ref.digest)
  );
}

export function projectSource(
  object: Raw,
  kind: string,
  namespace: string,
): SourceProjection {
  const spec = rec(object.spec);
  const status = rec(object.status);
  const artifact = rec(status.artifact);
  const metadata = rec(artifact.metadata);
  const inputs =
    kind === 'ArtifactGenerator' ? list(spec.sources) : [spec.sourceRef];
  return compact<SourceProjection>({
    url: message(spec.url ?? spec.endpoint),
    ref: followed(rec(spec.ref)),
    type: kind === 'HelmRepository' ? str(spec.type) : undefined,
    chart: kind === 'HelmChart' ? str(spec.chart) : undefined,
    chartVersion: kind === 'HelmChart' ? str(spec.version) : undefined,
    from: inputs.flatMap(i => reference(i, namespace) ?? []),
    artifact:
      status.artifact === undefined
        ? undefined
        : compact({
            revision: str(artifact.revision),
            updatedAt: time(artifact.lastUpdateTime),
            originUrl: message(metadata['org.opencontainers.image.source']),
            originRevision: str(metadata['org.opencontainers.image.revision']),
          }),
  });
}
