import { CustomErrorBase } from '@backstage/errors';

/** An answer of an API server that isn't 2xx. */
export class ClusterApiError extends CustomErrorBase {
  name = 'ClusterApiError' as const;
  readonly status: number;
  /** When the API server asks to be left alone for a while. */
  readonly retryAfterMs?: number;

  constructor(options: {
    status: number;
    message: string;
    retryAfterMs?: number;
  }) {
    super(options.message);
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }

  static async fromResponse(response: Response): Promise<ClusterApiError> {
    const text = await response.text().catch(() => '');
    return new ClusterApiError({
      status: response.status,
      message: messageOf(text) || response.statusText || 'no message',
      retryAfterMs: retryAfterOf(response),
    });
  }
}

/** API servers answer a `Status`; what stands before them may answer anything, and at any length. */
function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text);
    return typeof message === 'string' ? message.slice(0, 2000) : '';
  } catch {
    return text.trim().slice(0, 200);
  }
}

function retryAfterOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
