const documentationUrl = 'https://docs.github.com/rest';

export type GithubFieldError = {
  resource: string;
  code: string;
  field?: string;
  message?: string;
};

/** An answer that is not a success, in the shape that GitHub gives it. */
export class GithubError extends Error {
  readonly status: number;
  readonly errors?: GithubFieldError[];

  constructor(status: number, message: string, errors?: GithubFieldError[]) {
    super(message);
    this.name = 'GithubError';
    this.status = status;
    this.errors = errors;
  }

  toJSON() {
    return {
      message: this.message,
      ...(this.errors && { errors: this.errors }),
      documentation_url: documentationUrl,
      status: String(this.status),
    };
  }
}

export const badCredentials = () => new GithubError(401, 'Bad credentials');
export const requiresAuthentication = () =>
  new GithubError(401, 'Requires authentication');
export const notFound = () => new GithubError(404, 'Not Found');
export const forbidden = () =>
  new GithubError(403, 'Resource not accessible by personal access token');

/** 422 as GitHub answers when a field of the request cannot be accepted. */
export const validationFailed = (...errors: GithubFieldError[]) =>
  new GithubError(422, 'Validation Failed', errors);
