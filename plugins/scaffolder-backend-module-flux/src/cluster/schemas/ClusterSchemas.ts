import { ForwardedError, ServiceUnavailableError } from '@backstage/errors';
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { RE2JS } from 're2js';
import { z } from 'zod';
import { Cluster } from '../Cluster';
import { describeProblem } from './describeProblem';
import { strictSchemas } from './strictSchema';

const documentSchema = z.object({
  components: z.object({
    schemas: z.record(z.string(), z.looseObject({})),
  }),
});

const kindsSchema = z.array(
  z.object({ group: z.string(), version: z.string(), kind: z.string() }),
);

/** A Kubernetes object as far as it has to be known to find its schema. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  [field: string]: unknown;
}

// Patterns are Go’s, whose syntax is RE2’s; it takes linear time, whatever pattern the cluster gives
const regExp = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(pattern);
    return {
      test: (text: string) => compiled.matcher(text).find(),
      // By what it prints, Ajv tells one pattern from another
      toString: () => pattern,
    };
  },
  { code: 're2' },
);

/** Fields of built-in types that are null count as not set. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  return value && typeof value === 'object'
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, inner]) => inner !== null)
          .map(([name, inner]) => [name, withoutNulls(inner)]),
      )
    : value;
}

/** What is of no use where another error of the same place says more. */
const isNoise = ({ keyword }: ErrorObject) =>
  ['anyOf', 'oneOf', 'allOf', 'if', 'not'].includes(keyword);

interface GroupVersion {
  ajv: Ajv;
  /** Name of the schema by kind. */
  kinds: Map<string, string>;
}

/** Checks objects against the schemas that a cluster serves; each group and version is asked for once. */
export class ClusterSchemas {
  readonly #cluster: Cluster;
  readonly #groupVersions = new Map<
    string,
    Promise<GroupVersion | undefined>
  >();
  #served?: Promise<Set<string>>;

  static create(options: { cluster: Cluster }) {
    return new ClusterSchemas(options.cluster);
  }

  private constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /**
   * What is wrong with an object, e.g. `spec.path: has to be string, but is of type number`; undefined when
   * the cluster does not serve its kind. A `partial` object may leave out what is required.
   */
  async problemsOf(
    object: KubernetesObject,
    options?: { partial?: boolean },
  ): Promise<string[] | undefined> {
    const { apiVersion, kind } = object;
    let groupVersion = this.#groupVersions.get(apiVersion);
    if (!groupVersion) {
      groupVersion = this.#read(apiVersion);
      this.#groupVersions.set(apiVersion, groupVersion);
    }
    const { ajv, kinds } = (await groupVersion) ?? {};
    const name = kinds?.get(kind);
    if (!ajv || name === undefined) {
      return undefined;
    }
    const validate = this.#validator(ajv, apiVersion, name);
    const builtin = name.startsWith('io.k8s.');
    const valid = validate(
      builtin
        ? withoutNulls(object)
        : { ...object, metadata: withoutNulls(object.metadata) },
    );
    const errors = (valid ? [] : validate.errors ?? []).filter(
      error => !(options?.partial && isPatchOnly(error)),
    );
    const telling = errors.filter(error => !isNoise(error));
    const secret = apiVersion === 'v1' && kind === 'Secret';
    return [
      ...new Set(
        (telling.length ? telling : errors).map(error =>
          describeProblem(error, secret),
        ),
      ),
    ];
  }

  #validator(ajv: Ajv, apiVersion: string, name: string): ValidateFunction {
    try {
      return ajv.getSchema(`cluster#/$defs/${name}`)!;
    } catch (error) {
      throw new ForwardedError(
        `Cluster '${
          this.#cluster.name
        }' serves a schema for ${apiVersion} that can’t be used`,
        error,
      );
    }
  }

  async #read(apiVersion: string): Promise<GroupVersion | undefined> {
    const path = apiVersion.includes('/')
      ? `apis/${apiVersion}`
      : `api/${apiVersion}`;
    this.#served ??= this.#cluster.openApiPaths();
    if (!(await this.#served).has(path)) {
      return undefined;
    }
    const parsed = documentSchema.safeParse(
      await this.#cluster.openApiDocument(path),
    );
    if (!parsed.success) {
      throw new ServiceUnavailableError(
        `Cluster '${
          this.#cluster.name
        }' answered its schemas of ${apiVersion} in a form that is not understood`,
      );
    }
    const { schemas } = parsed.data.components;
    const ajv = new Ajv({
      allErrors: true,
      strict: false,
      validateFormats: false,
      validateSchema: false,
      verbose: true,
      code: { regExp },
    });
    ajv.addSchema({ $id: 'cluster', $defs: strictSchemas(schemas) });
    return { ajv, kinds: kindsOf(schemas, apiVersion) };
  }
}

/** Of a patch, parts may be missing, and it may hold directives such as `$patch`. */
function isPatchOnly({ keyword, params }: ErrorObject): boolean {
  return (
    keyword === 'required' ||
    (keyword === 'additionalProperties' &&
      params.additionalProperty.startsWith('$'))
  );
}

function kindsOf(
  schemas: Record<string, Record<string, unknown>>,
  apiVersion: string,
): Map<string, string> {
  const kinds = new Map<string, string>();
  for (const [name, schema] of Object.entries(schemas)) {
    const parsed = kindsSchema.safeParse(
      schema['x-kubernetes-group-version-kind'],
    );
    for (const { group, version, kind } of parsed.data ?? []) {
      if ((group ? `${group}/${version}` : version) === apiVersion) {
        kinds.set(kind, name);
      }
    }
  }
  return kinds;
}
