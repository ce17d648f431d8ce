import { builtinSchemas, customSchemas, strictSchema } from './strictSchema';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

const document = {
  components: {
    schemas: {
      [META]: { type: 'object', properties: { name: { type: 'string' } } },
      Unused: { type: 'object' },
      Thing: {
        type: 'object',
        required: ['spec'],
        properties: {
          metadata: { allOf: [{ $ref: `#/components/schemas/${META}` }] },
          spec: { type: 'object' },
        },
        'x-kubernetes-group-version-kind': [
          { group: '', version: 'v1', kind: 'Thing' },
          { group: 'apps', version: 'v1', kind: 'Thing' },
        ],
      },
    },
  },
};

describe('strictSchema', () => {
  it.each([
    [
      'drops what says nothing of values',
      { type: 'string', description: 'x', 'x-kubernetes-y': 1 },
      { type: 'string' },
    ],
    [
      'refuses unknown fields',
      { properties: { a: {} } },
      { properties: { a: {} }, additionalProperties: false },
    ],
    [
      'refuses them in lists, too',
      { items: { properties: {} } },
      { items: { properties: {}, additionalProperties: false } },
    ],
    [
      'leaves maps open',
      { additionalProperties: { type: 'string' } },
      { additionalProperties: { type: 'string' } },
    ],
    [
      'leaves open what the cluster keeps',
      { properties: {}, 'x-kubernetes-preserve-unknown-fields': true },
      { properties: {} },
    ],
    [
      'closes nothing in a branch',
      { properties: {}, anyOf: [{ properties: { a: {} } }] },
      {
        properties: {},
        anyOf: [{ properties: { a: {} } }],
        additionalProperties: false,
      },
    ],
    [
      'knows fields that are called like keywords',
      { properties: { description: { type: 'string' }, nullable: {} } },
      {
        properties: { description: { type: 'string' }, nullable: {} },
        additionalProperties: false,
      },
    ],
    [
      'takes a number or a text',
      { 'x-kubernetes-int-or-string': true },
      { anyOf: [{ type: 'integer' }, { type: 'string' }] },
    ],
    [
      'takes null where it may be',
      { type: 'string', nullable: true },
      { anyOf: [{ type: 'null' }, { type: 'string' }] },
    ],
    [
      'keeps values as they are',
      { enum: [{ properties: 1 }] },
      { enum: [{ properties: 1 }] },
    ],
  ])('%s', (_name, schema, expected) => {
    expect(strictSchema(schema)).toEqual(expected);
  });
});

describe('the files of schemas', () => {
  it('are one for each group, version and kind, with what it needs', () => {
    const files = builtinSchemas(document);
    expect([...files.keys()]).toEqual([
      'v1/thing_v1.json',
      'apps/thing_v1.json',
    ]);
    expect(files.get('apps/thing_v1.json')).toMatchObject({
      required: ['spec', 'apiVersion', 'kind'],
      additionalProperties: false,
      properties: {
        metadata: { allOf: [{ $ref: `#/definitions/${META}` }] },
      },
    });
    expect(Object.keys(files.get('v1/thing_v1.json')!.definitions)).toEqual([
      META,
    ]);
  });

  it('check the metadata of what a definition describes', () => {
    const files = customSchemas(
      {
        spec: {
          group: 'example.com',
          names: { kind: 'Widget' },
          versions: [
            {
              name: 'v2',
              schema: {
                openAPIV3Schema: {
                  required: ['metadata'],
                  properties: { metadata: { type: 'object' } },
                },
              },
            },
          ],
        },
      },
      document,
    );
    expect([...files]).toEqual([
      [
        'example.com/widget_v2.json',
        {
          required: ['metadata', 'apiVersion', 'kind'],
          properties: { metadata: { $ref: `#/definitions/${META}` } },
          additionalProperties: false,
          definitions: {
            [META]: expect.objectContaining({ additionalProperties: false }),
          },
        },
      ],
    ]);
  });
});
