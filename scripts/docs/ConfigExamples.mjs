import { readFile } from 'node:fs/promises';
import { loadConfigSchema } from '@backstage/config-loader';
import { parse } from 'yaml';

/** Checks pieces of app-config.yaml against the schemas of everything that the backend and the app are made of. */
export class ConfigExamples {
  #schema;
  #base;

  static async create() {
    const packages = ['app', 'backend'];
    const schema = await loadConfigSchema({
      dependencies: packages,
      packagePaths: packages.map(name => `packages/${name}/package.json`),
      noUndeclaredProperties: true,
    });
    return new ConfigExamples(
      schema,
      parse(await readFile('app-config.yaml', 'utf8')),
    );
  }

  constructor(schema, base) {
    this.#schema = schema;
    this.#base = base;
  }

  /** What the schema says against a piece that is laid over app-config.yaml. */
  problem({ code, where }) {
    try {
      this.#schema.process([
        { context: 'app-config.yaml', data: this.#base },
        { context: where, data: parse(code) },
      ]);
      return undefined;
    } catch (error) {
      return error.message;
    }
  }
}
