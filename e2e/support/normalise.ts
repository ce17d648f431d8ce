import type { FluxEntityView } from '@backstage-flux/plugin-flux-common';

/** What a run calls its own; the answers have it as `<run>`, `<cluster>` and the keys of `addresses`. */
export interface Own {
  prefix: string;
  cluster: string;
  addresses: Record<string, string>;
}

/** What differs from one run to the next, whatever the world. The order matters: longer hashes first. */
const varying: [RegExp, string][] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/\bmain-[a-f0-9]{7}-\d{10}\b/g, 'main-<hash>-<commit time>'],
  [/\b[a-f0-9]{64}\b/g, '<hash>'],
  [/\b[a-f0-9]{40}\b/g, '<hash>'],
  [/(?<=\+)(?:[a-f0-9]{12}|[a-f0-9]{7})\b/g, '<hash>'],
  [/(?<=\bfailed after )[\d.hms]+/g, '<duration>'],
  [/(?<=\bchecksum )\d+\b/g, '<checksum>'],
  [/(?<=\bmain[-@]|\bcommitted )[a-f0-9]{7}\b/g, '<hash>'],
];

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The names that a Deployment's controller makes up: `app-<hash>` and `app-<hash>-<id>`. */
function madeUpNames(view: FluxEntityView): [RegExp, string][] {
  return view.clusters
    .flatMap(cluster => cluster.resources)
    .flatMap(({ ref: { kind, name } }): [RegExp, string][] => {
      const parts = { ReplicaSet: 1, Pod: 2 }[kind];
      const stem = parts && name.split('-').slice(0, -parts).join('-');
      return stem
        ? [
            [
              new RegExp(`${escaped(name)}(?![\\w-])`, 'g'),
              `${stem}${parts === 1 ? '-<hash>' : '-<hash>-<id>'}`,
            ],
          ]
        : [];
    });
}

/** Takes out of an answer what is different each time, and nothing else. */
export function normalise(view: FluxEntityView, own: Own): FluxEntityView {
  const replacements: [RegExp, string][] = [
    ...madeUpNames(view),
    ...varying,
    ...Object.entries(own.addresses).map(
      ([name, address]): [RegExp, string] => [
        new RegExp(escaped(address), 'g'),
        name,
      ],
    ),
    [new RegExp(escaped(own.prefix), 'g'), '<run>'],
    [
      new RegExp(`(?<![\\w-])${escaped(own.cluster)}(?![\\w-])`, 'g'),
      '<cluster>',
    ],
  ];
  const text = replacements.reduce(
    (result, [pattern, word]) => result.replace(pattern, word),
    JSON.stringify(view),
  );
  const result: FluxEntityView = JSON.parse(text);
  for (const { connection, resources } of result.clusters) {
    // Which kinds a cluster has beyond those that a delivery needs is its own affair
    const missing = connection.missing?.filter(
      ({ reason }) => reason !== 'notInstalled',
    );
    connection.missing = missing?.length ? missing : undefined;
    // Objects with made-up names are listed by them
    sortRuns(resources, r => /<(hash|id)>$/.test(r.ref.name));
  }
  return result;
}

/** Sorts each run of neighbours that match, by their text. */
function sortRuns<T>(items: T[], matches: (item: T) => boolean): void {
  for (let start = 0; start < items.length; start++) {
    let end = start;
    while (end < items.length && matches(items[end])) {
      end++;
    }
    const run = items
      .slice(start, end)
      .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
    items.splice(start, run.length, ...run);
    start = end;
  }
}
