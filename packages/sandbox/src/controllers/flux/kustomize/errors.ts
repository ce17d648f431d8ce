/** A build that fails; the message is the one that kustomize would give, as far as it has one. */
export class KustomizeBuildError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KustomizeBuildError';
  }
}

/** What kustomize knows and the sandbox does not: said, never skipped. */
export function notSupported(field: string, where: string): never {
  throw new KustomizeBuildError(
    `${where}: ${field} is not supported by the sandbox`,
  );
}
