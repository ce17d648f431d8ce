import { type Artifact, sha256, unpack } from './artifact';

/** An artifact, fetched as every other controller would, and checked. */
export async function downloadArtifact(
  artifact: Artifact,
  signal: AbortSignal,
): Promise<Buffer> {
  let content: Buffer;
  try {
    const response = await fetch(artifact.url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
    });
    if (!response.ok) {
      throw new Error(
        `failed to download archive from ${artifact.url} (status: ${response.status} ${response.statusText})`,
      );
    }
    content = Buffer.from(await response.arrayBuffer());
  } catch (error) {
    const { message, cause } = error as Error & { cause?: Error };
    throw new Error(
      cause ? `failed to download archive: ${cause.message}` : message,
    );
  }
  if (sha256(content) !== artifact.digest) {
    throw new Error(
      `failed to verify archive: computed digest doesn't match '${artifact.digest}'`,
    );
  }
  return content;
}

/** The files of an artifact, fetched and checked. */
export async function fetchArtifact(
  artifact: Artifact,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  return unpack(await downloadArtifact(artifact, signal));
}
