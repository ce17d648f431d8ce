// Writes packages/render/cli-flags.json: the flags of the commands that the fleet's scripts and pages use, as an
// installed Google Cloud CLI and the source of the Flux CLI have them. Run it to take newer ones:
//   node scripts/cli-flags.mjs FLUX2_SOURCE   (e.g. what `go mod download -json github.com/fluxcd/flux2/v2@v2.9.5` says)
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [fluxSource] = process.argv.slice(2);
if (!fluxSource) {
  console.error('usage: node scripts/cli-flags.mjs FLUX2_SOURCE');
  process.exit(2);
}

const gcloudCommands = [
  'auth list',
  'billing budgets create',
  'billing projects describe',
  'compute disks list',
  'compute forwarding-rules list',
  'compute project-info describe',
  'compute regions describe',
  'compute routers create',
  'compute routers delete',
  'compute routers describe',
  'compute routers list',
  'compute routers nats create',
  'compute routers nats describe',
  'container clusters create',
  'container clusters create-auto',
  'container clusters delete',
  'container clusters describe',
  'container clusters get-credentials',
  'container clusters list',
  'container clusters resize',
  'container clusters update',
  'container get-server-config',
  'container node-pools create',
  'container node-pools delete',
  'iam service-accounts create',
  'iam service-accounts delete',
  'iam service-accounts describe',
  'projects add-iam-policy-binding',
  'projects describe',
  'projects get-iam-policy',
  'projects remove-iam-policy-binding',
  'services enable',
  'services list',
];

/** The SDK completes commands from a Python literal of its whole tree. */
function readGcloudTree() {
  const { sdkRoot, version } = JSON.parse(
    execFileSync(
      'gcloud',
      ['info', '--format', 'json(installation.sdk_root,basic.version)'],
      { encoding: 'utf8' },
    ),
    (key, value) =>
      value?.installation
        ? {
            sdkRoot: value.installation.sdk_root,
            version: value.basic.version,
          }
        : value,
  );
  const file = join(sdkRoot, 'data/cli/gcloud_completions.py');
  const tree = execFileSync(
    'python3',
    [
      '-c',
      'import ast,json,sys; text=open(sys.argv[1]).read(); print(json.dumps(ast.literal_eval(text[text.index("{", text.index("STATIC_COMPLETION_CLI_TREE")):])))',
      file,
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  return { version, tree: JSON.parse(tree) };
}

function gcloudFlags({ tree }, command) {
  const node = command
    .split(' ')
    .reduce((inner, word) => inner.commands[word], tree);
  return Object.keys(node.flags);
}

/** Flags are variables that a file of the command binds to a flag set. */
function fluxFlags(file, set) {
  const text = readFileSync(join(fluxSource, 'cmd/flux', file), 'utf8');
  const calls = new RegExp(
    `${set}\\(\\)\\.\\w+\\((?:[^,"]+, )?"([a-z-]+)"`,
    'g',
  );
  return [...text.matchAll(calls)].map(([, name]) => `--${name}`);
}

const gcloud = readGcloudTree();
const common = fluxFlags('main.go', 'rootCmd\\.PersistentFlags');
const flux = {
  check: fluxFlags('check.go', 'checkCmd\\.Flags'),
  'bootstrap github': [
    ...fluxFlags('bootstrap.go', 'bootstrapCmd\\.PersistentFlags'),
    ...fluxFlags('bootstrap_github.go', 'bootstrapGitHubCmd\\.Flags'),
  ],
};

const sorted = flags => [...new Set(flags)].sort();
writeFileSync(
  'packages/render/cli-flags.json',
  `${JSON.stringify(
    {
      gcloud: {
        version: gcloud.version,
        common: sorted(Object.keys(gcloud.tree.flags)),
        commands: Object.fromEntries(
          gcloudCommands.map(command => [
            command,
            sorted(gcloudFlags(gcloud, command)),
          ]),
        ),
      },
      flux: {
        version: /@v([^/]+)/.exec(fluxSource)?.[1],
        // `--version` is cobra's, `--context` and its like are those of every client of Kubernetes
        common: sorted([...common, '--context', '--kubeconfig', '--version']),
        commands: Object.fromEntries(
          Object.entries(flux).map(([command, flags]) => [
            command,
            sorted(flags),
          ]),
        ),
      },
    },
    null,
    2,
  )}\n`,
);
