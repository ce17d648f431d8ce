import { JsonObject } from '@backstage/types';
import { hostileTexts } from './__testUtils__/hostileTexts';
import { substitutionProblems } from './__testUtils__/substitutionProblems';
import { chosenFields } from './chosenFields';
import { Files, Renderer, startRenderer } from './startRenderer';

jest.setTimeout(180_000);

interface Form {
  /** A good answer for each text that is typed in, which nothing else in a repository is called. */
  texts: Record<string, string>;
  /** All other answers; they bring every field that is typed in. */
  others: JsonObject;
}

const withoutTexts = (
  example: string,
  texts: Form['texts'],
  more: JsonObject = {},
): Form => ({
  texts,
  others: { ...jest.requireActual(`../examples/${example}.json`), ...more },
});

const forms: Record<string, Form> = {
  'flux-app': withoutTexts('everything', {
    name: 'qname',
    description: 'Qdescription',
    owner: 'group:default/qowner',
    repoOwner: 'qorganisation',
    cluster: 'qcluster',
    namespace: 'qspace',
    fleetRepo: 'qfleet',
    receiverUrl: 'https://qreceiver.example.com',
    host: 'qhost.example.com',
  }),
  'flux-enrol': withoutTexts('enrol', {
    component: 'component:default/qcomponent',
    path: 'qpath/qfolder',
    cluster: 'qcluster',
    name: 'qname',
    namespace: 'qspace',
    fleetRepo: 'qfleet',
  }),
  'gke-fleet': withoutTexts(
    'fleet',
    {
      name: 'qname',
      description: 'Qdescription',
      owner: 'group:default/qowner',
      repoOwner: 'qorganisation',
      project: 'qproject-1',
      domain: 'qdomain.example.com',
      acmeEmail: 'qmail@example.com',
    },
    { autoscaling: true, minNodes: 1, maxNodes: 5 },
  ),
};

/** A value and, of a reference to an entity, the name that templates take from it. */
function pairsOf(from: string, to: string): [string, string][] {
  const nameOf = (text: string) => /^\w+:\w+\/(.+)$/.exec(text)?.[1];
  const [fromName, toName] = [nameOf(from), nameOf(to)];
  return [
    [from, to],
    ...(fromName && toName ? [[fromName, toName] as [string, string]] : []),
  ];
}

describe.each(Object.entries(forms))('the form of %s', (template, form) => {
  const { texts, others } = form;
  const good = { ...others, ...texts };
  let renderer: Renderer;
  let harmless: Files;
  beforeAll(async () => {
    renderer = await startRenderer(template);
    harmless = await renderer.render(good);
  });
  afterAll(() => renderer.stop());

  /** What is typed in: choices can't be otherwise. */
  const fieldsOf = (wanted: string): string[] =>
    renderer.template.spec.parameters
      .flatMap((page: object) =>
        Object.entries(chosenFields(page, good).properties!),
      )
      .filter(([, { type, enum: choices }]: any) => type === wanted && !choices)
      .map(([name]: [string]) => name);

  it('is tried with all of its texts', () => {
    expect(fieldsOf('string')).toEqual(Object.keys(texts));
  });

  it('takes whole numbers within bounds, and nothing else for them', async () => {
    expect(fieldsOf('number')).toEqual([]);
    for (const field of fieldsOf('integer')) {
      for (const value of [
        '3; reboot',
        '3',
        '${{ 1 }}',
        -1,
        2.5,
        1e21,
        null,
        [3],
        { valueOf: 3 },
      ]) {
        await expect(
          renderer.render({ ...good, [field]: value } as JsonObject),
        ).rejects.toThrow(new RegExp(`^${field}(: |/)`, 'm'));
      }
    }
  });

  /** Undefined for a refusal that names the field, else what is wrong with it or with the files. */
  async function problemsWith(field: string, text: string) {
    const refusal = new RegExp(`^${field}: `, 'm');
    try {
      const files = await renderer.render({ ...good, [field]: text });
      return substitutionProblems(harmless, files, pairsOf(texts[field], text));
    } catch (error) {
      const { message } = error as Error;
      return refusal.test(message) ? undefined : [message];
    }
  }

  it.each(Object.keys(texts))(
    'refuses or keeps harmless what is hostile: %s',
    async field => {
      const problems: string[] = [];
      for (const [name, text] of Object.entries(hostileTexts)) {
        const found =
          (await problemsWith(field, text)) ??
          // What wants https:// first has not looked at the rest
          (await problemsWith(field, `${texts[field]}${text}`)) ??
          [];
        problems.push(...found.map(each => `${name}: ${each}`));
      }
      expect(problems).toEqual([]);
    },
  );
});
