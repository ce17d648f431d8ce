/** A template that cannot be parsed; the message is Helm's. */
export class TemplateParseError extends Error {
  /** Go's own message. */
  readonly text: string;

  constructor(file: string, line: number, message: string) {
    super(`parse error at (${file}:${line}): ${message}`);
    this.text = `template: ${file}:${line}: ${message}`;
    this.name = 'TemplateParseError';
  }
}

/** There is no template of that name. */
export class MissingTemplateError extends Error {
  constructor(name: string) {
    super(`template: no template "${name}" associated with template "gotpl"`);
    this.name = 'MissingTemplateError';
  }
}

/** A function refused its arguments; where it was called is added on the way up. */
export class FunctionError extends Error {
  /** `fail` and `required` speak to the user: nothing but their text is shown. */
  readonly isUserMessage: boolean;

  constructor(message: string, options: { isUserMessage?: boolean } = {}) {
    super(message);
    this.isUserMessage = options.isUserMessage ?? false;
    this.name = 'FunctionError';
  }
}

/** A template failed while it was executed; the message is Helm's. */
export class TemplateExecError extends Error {
  /** Go's own message, in one line. */
  readonly text: string;
  /** Helm's, a place a line, outermost first. */
  readonly trace: string;
  /** What `fail` or `required` said. */
  readonly userMessage: string | undefined;
  /** Whether the failure is of the template itself, not of a function. */
  readonly isTraced: boolean;

  constructor(options: {
    location: string;
    template: string;
    context: string;
    message: string;
    cause?: unknown;
  }) {
    const { location, template, context, message, cause } = options;
    const inner = cause instanceof TemplateExecError ? cause : undefined;
    const missing =
      cause instanceof MissingTemplateError ? cause.message : undefined;
    const executing = `executing "${template}" at <${context}>:`;
    const text = `template: ${location}: ${executing} ${message}${
      inner ? ` ${inner.text}` : ''
    }${missing ? ` ${missing}` : ''}`;
    const trace = `${location}\n  ${executing}\n    ${message}${
      inner ? `\n${inner.trace}` : ''
    }${missing ? `\n${missing}` : ''}`;
    const isTraced = inner ? inner.isTraced : !cause || missing !== undefined;
    const said =
      cause instanceof FunctionError && cause.isUserMessage
        ? cause.message
        : inner?.userMessage;
    // Helm makes a trace only of what text/template itself has to say.
    const own = isTraced ? trace : text;
    super(
      said === undefined ? own : `execution error at (${location}): ${said}`,
      { cause },
    );
    this.text = text;
    this.trace = trace;
    this.userMessage = said;
    this.isTraced = isTraced;
    this.name = 'TemplateExecError';
  }
}
