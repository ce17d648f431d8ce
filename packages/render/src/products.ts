import { JsonObject, JsonValue } from '@backstage/types';
import { applicationChecks } from './checks';
import { combinationsOf } from './combinations';
import { enrolmentChecks } from './enrolmentChecks';
import { fleetChecks } from './fleetChecks';
import { Files, Renderer } from './startRenderer';

/** A template, as far as the tests of what it makes have to know it. */
export interface Product {
  /** Every way to fill in its form, as far as files depend on it. */
  combinations(renderer: Renderer): JsonObject[];
  /** What has to be true of the files, by name; each answers what is wrong. */
  checks: Record<string, (files: Files) => string[]>;
}

const application: Product = {
  checks: applicationChecks,
  combinations: ({ template }) =>
    combinationsOf(template.spec.parameters, {
      texts: {
        name: 'orders',
        description: 'Takes orders',
        owner: 'group:default/team-checkout',
        repoOwner: 'acme',
        cluster: 'prod-eu',
        // Another than the name, so that what takes the one for the other is found
        namespace: 'shop',
        host: 'orders.example.com',
        receiverUrl: 'https://flux-webhook.example.com',
      },
      // No rendered file depends on these: they go to a step that creates something
      choices: { visibility: ['private'], enrolment: ['fleet'], wait: [false] },
    }),
};

const enrolment: Product = {
  checks: enrolmentChecks,
  combinations: ({ template }) =>
    combinationsOf(template.spec.parameters, {
      texts: {
        component: 'component:default/payments',
        name: 'payments',
        cluster: 'prod-eu',
      },
      choices: {
        path: ['deploy', 'deploy/production'],
        namespace: [undefined, 'shop'],
        fleetRepo: [undefined, 'fleet', 'acme/fleet'],
      },
    }),
};

const fleetTexts: JsonObject = {
  name: 'prod-us',
  description: 'Runs the shop',
  owner: 'group:default/team-platform',
  repoOwner: 'acme',
  project: 'acme-production',
  domain: 'apps.example.com',
  acmeEmail: 'platform@example.com',
};

/** Answers that only pages and the scripts’ settings name; each is tried by itself, not with every other. */
export const fleetPlain: Record<string, JsonValue> = {
  region: 'us-central1',
  machineType: 'e2-standard-2',
  diskType: 'pd-balanced',
  releaseChannel: 'regular',
  zone: 'b',
};

const fleet: Product = {
  checks: fleetChecks,
  combinations({ template }) {
    const fill = (choices: Record<string, JsonValue[]>) =>
      combinationsOf(template.spec.parameters, { texts: fleetTexts, choices });
    const plain = Object.fromEntries(
      Object.entries(fleetPlain).map(([name, value]) => [name, [value]]),
    );
    const usual = {
      ...plain,
      visibility: ['private'],
      mode: ['standard'],
      locationType: ['zonal'],
      runners: ['github'],
      spot: [false],
      autoscaling: [false],
      privateNodes: [false],
    };
    const others = Object.entries(fleetPlain).flatMap(([name, value]) => {
      const { [name]: _all, ...rest } = usual as Record<string, JsonValue[]>;
      return fill(rest).filter(values => values[name] !== value);
    });
    return [...fill(plain), ...others];
  },
};

/** What is in `templates`, by its folder’s name. */
export const products: Record<string, Product> = {
  'flux-app': application,
  'flux-enrol': enrolment,
  'gke-fleet': fleet,
};
