import { Answer, runFleetScript } from './__testUtils__/runFleetScript';
import { unknownFlags } from './__testUtils__/unknownFlags';
import { Files, Renderer, startRenderer } from './startRenderer';

jest.setTimeout(120_000);

const example = jest.requireActual('../examples/fleet.json');

const notFound = { err: 'ERROR: (gcloud) NOT_FOUND: no such thing' };

/** A project with everything switched on and nothing in it. */
const emptyProject: Answer[] = [
  { call: '^gcloud auth list', out: 'dev@example.com' },
  { call: 'billing projects describe', out: 'True' },
  { call: 'services list', out: 'on' },
  { call: 'container clusters describe', ...notFound },
  { call: 'service-accounts describe', ...notFound },
  { call: 'routers describe', ...notFound },
  { call: 'nats describe', ...notFound },
  {
    call: 'regions describe',
    out: 'CPUS\t24.0\t0.0\nPREEMPTIBLE_CPUS\t0.0\t0.0\nSSD_TOTAL_GB\t500.0\t0.0\nDISKS_TOTAL_GB\t4096.0\t0.0\nIN_USE_ADDRESSES\t8.0\t1.0',
  },
  { call: 'project-info describe', out: 'CPUS_ALL_REGIONS\t32.0\t0.0' },
  { call: '^flux --version', out: 'flux version 2.9.5' },
  { call: '^curl .*/repos/', out: '{"permissions": {"admin": true}}' },
  { call: '^curl .*/users/', out: '{"type": "Organization"}' },
  { call: 'get service contour-envoy', out: '203.0.113.7' },
];

const runningCluster: Answer[] = [
  { call: 'clusters describe .*value\\(status\\)', out: 'RUNNING' },
  { call: 'clusters describe', out: 'e2-standard-2,regular' },
  { call: 'service-accounts describe', out: 'there' },
  { call: 'routers describe', out: 'there' },
  { call: 'nats describe', out: 'there' },
  { call: 'get-iam-policy', out: 'roles/container.defaultNodeServiceAccount' },
  { call: 'get deployments', out: 'deployment.apps/source-controller' },
];

/** What only looks. */
const reading =
  /^(curl|gke-gcloud-auth-plugin) |^gcloud (--project \S+ )?(--quiet )?([a-z-]+ )*(list|describe|get-iam-policy) |^flux --version|^kubectl .*\bget\b/;

const changesOf = (calls: string[][]) =>
  calls
    .map(call => call.join(' '))
    .filter(line => !reading.test(line))
    .map(line => line.replace('gcloud --project acme-production ', 'gcloud '));

describe('the scripts of a fleet repository', () => {
  let renderer: Renderer;
  const rendered = new Map<string, Files>();
  beforeAll(async () => {
    renderer = await startRenderer('gke-fleet');
  });
  afterAll(() => renderer.stop());

  async function run(
    script: string,
    args: string[],
    options: {
      values?: object;
      answers?: Answer[];
      missing?: string[];
      token?: string;
    } = {},
  ) {
    const values = { ...example, ...options.values };
    const key = JSON.stringify(values);
    const files = rendered.get(key) ?? (await renderer.render(values));
    rendered.set(key, files);
    const result = await runFleetScript(files, script, args, {
      ...options,
      answers: [...(options.answers ?? []), ...emptyProject],
    });
    // Whatever is called, it is called with what the programs have
    expect(unknownFlags(result.calls)).toEqual([]);
    return { ...result, changes: changesOf(result.calls) };
  }
  const setUp = (args: string[], options?: Parameters<typeof run>[2]) =>
    run('setup-cluster.sh', args, options);
  const tearDown = (args: string[], options?: Parameters<typeof run>[2]) =>
    run('teardown-cluster.sh', args, options);

  const without = (values: object, ...names: string[]) =>
    Object.fromEntries(
      Object.entries({ ...example, ...values }).map(([name, value]) => [
        name,
        names.includes(name) ? undefined : value,
      ]),
    );

  it('set a cluster up, step by step', async () => {
    const { code, output, changes } = await setUp(['--yes']);
    expect(output).toContain('*.apps.example.com A 203.0.113.7');
    expect(code).toBe(0);
    expect(changes).toMatchInlineSnapshot(`
      [
        "gcloud iam service-accounts create gke-nodes-2448042851 --display-name Nodes of prod-us",
        "gcloud projects add-iam-policy-binding acme-production --condition None --quiet --format none --member serviceAccount:gke-nodes-2448042851@acme-production.iam.gserviceaccount.com --role roles/container.defaultNodeServiceAccount",
        "gcloud container clusters create prod-us --location us-central1-b --num-nodes 3 --machine-type e2-standard-2 --disk-size 50 --disk-type pd-balanced --workload-pool acme-production.svc.id.goog --enable-ip-alias --enable-dataplane-v2 --enable-shielded-nodes --shielded-secure-boot --release-channel regular --service-account gke-nodes-2448042851@acme-production.iam.gserviceaccount.com --labels fleet=prod-us",
        "gcloud container clusters get-credentials prod-us --location us-central1-b",
        "flux check --pre --context gke_acme-production_us-central1-b_prod-us",
        "flux bootstrap github --context gke_acme-production_us-central1-b_prod-us --owner acme --repository fleet-prod-us --branch main --path clusters/prod-us --components-extra image-reflector-controller,image-automation-controller",
        "kubectl --context gke_acme-production_us-central1-b_prod-us --namespace flux-system wait kustomization/infrastructure-controllers --for condition=Ready --timeout 15m",
        "kubectl --context gke_acme-production_us-central1-b_prod-us --namespace flux-system wait kustomization/infrastructure-configs --for condition=Ready --timeout 15m",
      ]
    `);
  });

  it('say what each step costs', async () => {
    const { output } = await setUp(['--dry-run']);
    expect(output).toContain('73.00 US dollars a month for: Management fee');
    expect(output).toContain('146.74 US dollars a month for: Nodes');
    expect(output).toContain('15.00 US dollars a month for: Boot disks');
    expect(output).toContain('18.25 US dollars a month for: Load balancer');
  });

  it('change nothing in a dry run, and show what they would do', async () => {
    const { code, output, changes } = await setUp(['--dry-run']);
    expect(changes).toEqual([]);
    expect(output).toContain('container clusters create prod-us');
    expect(output).toContain('flux bootstrap github');
    expect(code).toBe(0);
  });

  it.each<[string, object, RegExp]>([
    [
      'regional',
      { ...without({ locationType: 'regional', nodes: 1 }, 'zone') },
      /create prod-us --location us-central1 --num-nodes 1 /,
    ],
    [
      'autopilot',
      without(
        { mode: 'autopilot' },
        ...['locationType', 'zone', 'nodes', 'machineType', 'diskGb'],
        ...['diskType', 'spot', 'autoscaling'],
      ),
      /create-auto prod-us --location us-central1 --release-channel regular /,
    ],
    ['spot', { spot: true }, / --spot /],
    [
      'autoscaling',
      { autoscaling: true, minNodes: 1, maxNodes: 4 },
      / --enable-autoscaling --min-nodes 1 --max-nodes 4 /,
    ],
    ['private', { privateNodes: true }, / --enable-private-nodes$/],
  ])('make a cluster that is %s', async (_kind, values, expected) => {
    const { code, output, changes } = await setUp(['--yes'], { values });
    expect(output).not.toContain('✗');
    expect(code).toBe(0);
    expect(changes.filter(line => expected.test(line))).toHaveLength(1);
  });

  it('give private nodes a way out before there are any', async () => {
    const { changes } = await setUp(['--yes'], {
      values: { privateNodes: true },
    });
    const steps = ['routers create', 'nats create', 'clusters create'].map(
      step => changes.findIndex(line => line.includes(step)),
    );
    expect(steps[0]).toBeGreaterThan(-1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });

  it.each<[string, Parameters<typeof run>[2], string]>([
    ['flux', { missing: ['flux'] }, '✗ flux is not here'],
    ['gcloud', { missing: ['gcloud'] }, '✗ gcloud is not here'],
    [
      'a newer flux',
      { answers: [{ call: '^flux --version', out: 'flux version 2.8.9' }] },
      '✗ flux is 2.8; this repository needs 2.9',
    ],
    [
      'a flux that says its version',
      { answers: [{ call: '^flux --version', err: 'Segmentation fault' }] },
      '✗ flux is of an unknown version',
    ],
    ['a token', { token: '' }, '✗ GITHUB_TOKEN is not set'],
    [
      'a token that opens the repository',
      {
        answers: [{ call: '^curl .*/repos/', err: 'curl: (22) error: 404' }],
      },
      '✗ GITHUB_TOKEN does not open https://github.com/acme/fleet-prod-us: curl: (22)',
    ],
    [
      'a token of an administrator',
      {
        answers: [
          { call: '^curl .*/repos/', out: '{"permissions": {"admin": false}}' },
        ],
      },
      '✗ GITHUB_TOKEN may not administer acme/fleet-prod-us',
    ],
    [
      'an account',
      { answers: [{ call: '^gcloud auth list', out: '' }] },
      '✗ gcloud has no account',
    ],
    [
      'the project',
      { answers: [{ call: 'projects describe acme', ...notFound }] },
      '✗ Project acme-production is not there',
    ],
    [
      'billing',
      { answers: [{ call: 'billing projects', out: 'False' }] },
      '✗ Project acme-production has no billing',
    ],
    [
      'CPUs',
      {
        answers: [
          {
            call: 'regions describe',
            out: 'CPUS\t8.0\t2.0\nSSD_TOTAL_GB\t500\t0',
          },
        ],
      },
      '✗ CPUS: 8 needed, 6 left',
    ],
    [
      'CPUs for Spot',
      {
        values: { spot: true },
        answers: [
          {
            call: 'regions describe',
            out: 'PREEMPTIBLE_CPUS\t4\t0\nCPUS\t24\t0',
          },
        ],
      },
      '✗ PREEMPTIBLE_CPUS: 8 needed, 4 left',
    ],
    [
      'CPUs of all regions',
      {
        answers: [{ call: 'project-info', out: 'CPUS_ALL_REGIONS\t12.0\t8.0' }],
      },
      '✗ CPUS_ALL_REGIONS: 8 needed, 4 left',
    ],
  ])(
    'stop before anything is created without %s',
    async (_what, options, said) => {
      const { code, output, changes } = await setUp(['--yes'], options);
      expect(output).toContain(said);
      expect(output).toContain('Nothing was changed');
      expect(changes).toEqual([]);
      expect(code).toBe(1);
    },
  );

  it('tell everything that is missing at once', async () => {
    const { output } = await setUp(['--dry-run'], {
      missing: ['flux', 'gcloud', 'kubectl'],
      token: '',
    });
    expect(output).toContain('4 to mend');
    // A dry run shows the commands nevertheless
    expect(output).toContain('container clusters create');
  });

  it('create nothing twice', async () => {
    const { code, output, changes } = await setUp(['--yes'], {
      answers: runningCluster,
    });
    expect(code).toBe(0);
    expect(output).toContain('It is there.');
    expect(changes.filter(line => /^gcloud .* create/.test(line))).toEqual([]);
    expect(changes.some(line => line.startsWith('flux bootstrap'))).toBe(true);
  });

  it('tell what a running cluster has otherwise than was chosen', async () => {
    const { output } = await setUp(['--yes'], {
      answers: [
        runningCluster[0],
        { call: 'clusters describe', out: 'e2-medium,rapid' },
      ],
    });
    expect(output).toContain(
      'Its machines are e2-medium, settings.sh says e2-standard-2',
    );
    expect(output).toContain('Its release channel is rapid');
  });

  it('tell that a running cluster is of the other mode', async () => {
    const { output } = await setUp(['--yes'], {
      answers: [
        runningCluster[0],
        // Autopilot names no machines
        { call: 'clusters describe', out: ',regular' },
      ],
    });
    expect(output).toContain(
      'Its machines are of Google’s choice, settings.sh says e2-standard-2',
    );
    expect(output).not.toContain('Its release channel');
  });

  it('wait for a cluster that is being made', async () => {
    const { code, changes } = await setUp(['--yes'], {
      answers: [
        { call: 'value\\(status\\)', out: 'PROVISIONING', times: 2 },
        ...runningCluster,
      ],
    });
    expect(code).toBe(0);
    expect(changes.some(line => line.startsWith('flux bootstrap'))).toBe(true);
  });

  it('stop when the cluster that is being made cannot be', async () => {
    const { code, output, changes } = await setUp(['--yes'], {
      answers: [
        { call: 'value\\(status\\)', out: 'PROVISIONING', times: 1 },
        { call: 'value\\(status\\)', out: 'ERROR' },
      ],
    });
    expect(code).toBe(1);
    expect(output).toContain('Cluster prod-us is ERROR');
    expect(changes.some(line => line.includes('get-credentials'))).toBe(false);
  });

  it('do not say that nothing was changed once something was', async () => {
    const { code, output, changes } = await setUp(['--yes'], {
      answers: [
        { call: 'services list', out: '' },
        { call: 'regions describe', out: 'CPUS\t4.0\t0.0' },
      ],
    });
    expect(code).toBe(1);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toContain('services enable');
    expect(output).toContain('✗ CPUS: 8 needed, 4 left');
    expect(output).not.toContain('Nothing was changed');
    expect(output).toContain('run scripts/setup-cluster.sh again to go on');
  });

  it('bootstrap for a person as for a person', async () => {
    const { changes } = await setUp(['--yes'], {
      answers: [
        {
          call: '^curl .*/users/',
          // As long as it has to be for a reader that stops early to be noticed
          out: `{"type": "User"}\n${'{"more": "of it"}\n'.repeat(20_000)}`,
        },
      ],
    });
    expect(changes.find(line => line.startsWith('flux bootstrap'))).toMatch(
      / --personal$/,
    );
  });

  it('use the way out that the network has already', async () => {
    const { code, output, changes } = await setUp(['--yes'], {
      values: { privateNodes: true },
      answers: [{ call: 'routers list', out: 'office' }],
    });
    expect(code).toBe(0);
    expect(output).toContain('Router office');
    expect(changes.some(line => / (routers|nats) create/.test(line))).toBe(
      false,
    );
  });

  it('finish when the address of the load balancer is not to be had', async () => {
    const { code, output } = await setUp(['--yes'], {
      answers: [{ call: 'get service contour-envoy', err: 'no such service' }],
    });
    expect(code).toBe(0);
    expect(output).toContain(
      '*.apps.example.com A (the address of Contour’s load balancer)',
    );
    expect(output).not.toContain('Stopped.');
  });

  it('keep apart what belongs to clusters of the same name', async () => {
    const accounts = await Promise.all(
      ['b', 'c'].map(async zone => {
        const { changes } = await setUp(['--yes'], { values: { zone } });
        return changes.find(line => line.includes('service-accounts create'));
      }),
    );
    expect(accounts[0]).toContain('gke-nodes-');
    expect(accounts[0]).not.toBe(accounts[1]);
  });

  it('say how to go on after a failure, and go on', async () => {
    const first = await setUp(['--yes'], {
      answers: [{ call: 'clusters create ', err: 'ERROR: out of stock' }],
    });
    expect(first.code).toBe(1);
    expect(first.output).toContain('ERROR: out of stock');
    expect(first.output).toContain(
      'run scripts/setup-cluster.sh again to go on',
    );
    expect(first.changes.some(line => line.startsWith('flux'))).toBe(false);
    const second = await setUp(['--yes'], {
      answers: [{ call: 'service-accounts describe', out: 'there' }],
    });
    expect(second.code).toBe(0);
    expect(
      second.changes.filter(line => line.includes('service-accounts create')),
    ).toEqual([]);
  });

  it('end with the words of Google where it refuses to answer', async () => {
    const { code, output, changes } = await setUp(['--yes'], {
      answers: [
        { call: 'clusters describe', err: 'ERROR: PERMISSION_DENIED on it' },
      ],
    });
    expect(code).toBe(1);
    expect(output).toContain('PERMISSION_DENIED on it');
    expect(changes).toEqual([]);
  });

  it('ask before they spend', async () => {
    const { code, output, changes } = await setUp([]);
    expect(code).toBe(1);
    expect(output).toContain('Give --yes to go on');
    expect(changes.filter(line => line.includes('clusters create'))).toEqual(
      [],
    );
  });

  it('never show the token', async () => {
    const { output, calls } = await setUp(['--yes'], { token: 'gh-s3cret' });
    expect(JSON.stringify(calls)).not.toContain('gh-s3cret');
    expect(output).not.toContain('gh-s3cret');
  });

  it('take a cluster away, with what would be left behind', async () => {
    const { code, changes, output } = await tearDown(['--yes', 'prod-us'], {
      answers: [
        ...runningCluster,
        { call: 'get persistentvolumeclaims', out: 'shop shop' },
        { call: 'disks list', out: 'pvc-1 us-central1-b 10' },
      ],
    });
    expect(code).toBe(0);
    expect(output).toContain('Disks of volumes that nothing uses: pvc-1');
    expect(changes).toMatchInlineSnapshot(`
      [
        "gcloud container clusters get-credentials prod-us --location us-central1-b",
        "kubectl --context gke_acme-production_us-central1-b_prod-us --namespace flux-system scale deployment --all --replicas 0",
        "kubectl --context gke_acme-production_us-central1-b_prod-us delete services --all-namespaces --field-selector spec.type=LoadBalancer --timeout 10m",
        "kubectl --context gke_acme-production_us-central1-b_prod-us --namespace shop delete statefulsets,deployments,daemonsets,cronjobs,jobs --all --timeout 5m",
        "kubectl --context gke_acme-production_us-central1-b_prod-us --namespace shop delete persistentvolumeclaims --all --timeout 5m",
        "gcloud container clusters delete prod-us --location us-central1-b --quiet",
        "gcloud compute routers delete prod-us-router --region us-central1 --quiet",
        "gcloud projects remove-iam-policy-binding acme-production --all --quiet --format none --member serviceAccount:gke-nodes-2448042851@acme-production.iam.gserviceaccount.com --role roles/container.defaultNodeServiceAccount",
        "gcloud iam service-accounts delete gke-nodes-2448042851@acme-production.iam.gserviceaccount.com --quiet",
      ]
    `);
  });

  it.each<[string[], string]>([
    [['--yes', 'prod-eu'], "'prod-eu' is not its name. Nothing was changed."],
    [[], 'Give --yes prod-us to go on'],
  ])('keep a cluster that is not named: %j', async (args, said) => {
    const { code, output, changes } = await tearDown(args, {
      answers: runningCluster,
    });
    expect(code).toBe(1);
    expect(output).toContain(said);
    expect(changes).toEqual([]);
  });

  it('take nothing away in a dry run', async () => {
    const { code, output, changes } = await tearDown(['--dry-run'], {
      answers: runningCluster,
    });
    expect(code).toBe(0);
    expect(changes).toEqual([]);
    expect(output).toContain('container clusters delete prod-us');
  });

  it('find what is left of a cluster that is gone', async () => {
    const { code, changes, output } = await tearDown(['--yes', 'prod-us']);
    expect(code).toBe(0);
    expect(changes).toEqual([]);
    expect(output).toContain('Disks of volumes that nothing uses: none');
  });

  it('take a cluster away that does not answer', async () => {
    const { code, changes } = await tearDown(['--yes', 'prod-us'], {
      answers: [
        { call: 'readyz', err: 'Unable to connect' },
        ...runningCluster,
      ],
    });
    expect(code).toBe(0);
    expect(changes.some(line => line.includes('clusters delete'))).toBe(true);
  });

  it.each<[string, Answer[]]>([
    [
      'that could not be made',
      [
        { call: 'value\\(status\\)', out: 'ERROR' },
        { call: 'get-credentials', err: 'ERROR: cluster is missing endpoint' },
      ],
    ],
    [
      'on which Flux never was',
      [
        { call: 'get deployments', out: '' },
        { call: 'scale deployment', err: 'error: no objects passed to scale' },
      ],
    ],
    [
      'with pods that will not go',
      [
        { call: 'get persistentvolumeclaims', out: 'shop' },
        { call: 'delete (statefulsets|persistent)', err: 'error: timed out' },
      ],
    ],
    [
      'with services that will not go',
      [{ call: 'delete services', err: 'error: timed out' }],
    ],
    [
      'whose account was robbed of its role',
      [
        { call: 'get-iam-policy', out: '' },
        { call: 'remove-iam-policy-binding', err: 'ERROR: not found!' },
      ],
    ],
  ])('take a cluster away %s', async (_kind, answers) => {
    const { code, changes, output } = await tearDown(['--yes', 'prod-us'], {
      answers: [...answers, ...runningCluster],
    });
    expect(output).toContain('What is left in the project');
    expect(code).toBe(0);
    expect(changes.some(line => line.includes('clusters delete'))).toBe(true);
    expect(
      changes.filter(line => line.includes('service-accounts delete')),
    ).toHaveLength(1);
  });

  it('wait for a cluster that is being deleted', async () => {
    const { code, changes } = await tearDown(['--yes', 'prod-us'], {
      answers: [
        { call: 'value\\(status\\)', out: 'STOPPING', times: 2 },
        { call: 'clusters describe', ...notFound },
        { call: 'clusters delete', err: 'ERROR: operation in progress' },
        ...runningCluster,
      ],
    });
    expect(code).toBe(0);
    expect(changes.some(line => line.includes('service-accounts delete'))).toBe(
      true,
    );
  });

  it('leave other clusters their way out', async () => {
    const { code, changes, output } = await tearDown(['--yes', 'prod-us'], {
      answers: [{ call: 'clusters list', out: 'test-us' }, ...runningCluster],
    });
    expect(code).toBe(0);
    expect(output).toContain('test-us');
    expect(changes.some(line => line.includes('routers delete'))).toBe(false);
  });

  it('are described with commands and flags that there are', async () => {
    const files = await renderer.render(example);
    const commands = [...files]
      .filter(([path]) => /^fleet\/.*\.md$/.test(path))
      .flatMap(([, text]) =>
        text
          .replaceAll(/\\\n\s*/g, '')
          .split('\n')
          .filter(line => /^(gcloud|flux) /.test(line))
          .map(line => line.split(/\s+/)),
      );
    expect(commands.length).toBeGreaterThan(5);
    expect(unknownFlags(commands)).toEqual([]);
  });

  it('would be told of a flag that there is not', () => {
    expect(
      unknownFlags([
        ['gcloud', '--project', 'p', 'services', 'list', '--enable'],
        ['gcloud', 'services', 'lists'],
        ['flux', 'bootstrap', 'github', '--owner', 'acme', '--repo=x'],
      ]),
    ).toEqual([
      'gcloud services list: --enable',
      'gcloud services lists: not in cli-flags.json',
      'flux bootstrap github: --repo',
    ]);
  });
});
