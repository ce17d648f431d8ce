import { FunctionError, TemplateExecError, TemplateParseError } from './errors';
import { Execution } from './evaluate';
import type { Scope } from './expressions';
import { builtins } from './functions/builtins';
import { collections } from './functions/collections';
import { data } from './functions/data';
import { define, Functions } from './functions/define';
import { numbers } from './functions/numbers';
import { strings } from './functions/strings';
import { parse } from './parser';
import { quote } from './printf';
import type { Value } from './values';

export { TemplateExecError, TemplateParseError } from './errors';

const FUNCTIONS: Functions = {
  ...builtins,
  ...collections,
  ...data,
  ...numbers,
  ...strings,
};

/** How often a template may be on the way to itself. */
const MOST_NESTED = 200;

/** Go templates with the functions that Helm has, less those that nobody needs in a sandbox. */
export class TemplateSet {
  readonly #scope: Scope;
  readonly #including: Map<string, number>;

  constructor(from?: TemplateSet) {
    this.#including = from ? from.#including : new Map();
    this.#scope = {
      templates: new Map(from ? from.#scope.templates : []),
      functions: {
        ...FUNCTIONS,
        ...define({
          include: [
            'sa',
            (name: string, value: Value) => this.#include(name, value),
          ],
          tpl: ['sa', (text: string, value: Value) => this.#tpl(text, value)],
        }),
      },
    };
  }

  /**
   * Adds a file and what it defines; what has the same name is replaced.
   *
   * @throws TemplateParseError which names the file and the line.
   */
  add(file: string, text: string): void {
    const { templates, functions } = this.#scope;
    for (const template of parse(file, text, name =>
      Object.hasOwn(functions, name),
    )) {
      templates.set(template.name, template);
    }
  }

  /**
   * The text of a template for a value, `.` in it.
   *
   * @throws TemplateExecError with the places where it failed, outermost first.
   */
  render(name: string, value: Value): string {
    return Execution.execute(this.#scope, name, value);
  }

  #include(name: string, value: Value): string {
    const depth = this.#including.get(name) ?? 0;
    if (depth > MOST_NESTED) {
      throw new FunctionError(
        `rendering template has a nested reference name: ${name}: unable to execute template`,
      );
    }
    this.#including.set(name, depth + 1);
    try {
      return this.render(name, value);
    } finally {
      this.#including.set(name, depth);
    }
  }

  /** What the text defines is known inside of it only. */
  #tpl(text: string, value: Value): string {
    const inner = new TemplateSet(this);
    try {
      inner.add('gotpl', text);
    } catch (error) {
      throw new FunctionError(
        `cannot parse template ${quote(text)}: ${
          error instanceof TemplateParseError ? error.text : error
        }`,
      );
    }
    try {
      return inner.render('gotpl', value);
    } catch (error) {
      if (!(error instanceof TemplateExecError)) {
        throw error;
      }
      if (error.userMessage !== undefined) {
        throw new FunctionError(error.userMessage, { isUserMessage: true });
      }
      throw new FunctionError(
        `error during tpl function execution for ${quote(text)}: ${error.text}`,
      );
    }
  }
}
