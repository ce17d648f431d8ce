const statuses = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 416,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  RANGE_INVALID: 416,
  SIZE_INVALID: 400,
  UNSUPPORTED: 405,
} as const;

export type RegistryErrorCode = keyof typeof statuses;

/** An error of the distribution API, in the shape that its specification gives. */
export class RegistryError extends Error {
  readonly code: RegistryErrorCode;
  readonly status: number;
  readonly detail?: unknown;

  constructor(code: RegistryErrorCode, message: string, detail?: unknown) {
    super(message);
    this.name = 'RegistryError';
    this.code = code;
    this.status = statuses[code];
    this.detail = detail;
  }

  toJSON() {
    const { code, message, detail } = this;
    return { errors: [{ code, message, detail }] };
  }
}

export const unknownBlob = (digest: string) =>
  new RegistryError('BLOB_UNKNOWN', 'blob unknown to registry', { digest });
