import { JsonObject } from '@backstage/types';
import { combinationsOf } from './combinations';
import { Renderer } from './startRenderer';

const texts: JsonObject = {
  name: 'orders',
  description: 'Takes orders',
  owner: 'group:default/team-checkout',
  repoOwner: 'acme',
  cluster: 'prod-eu',
  host: 'orders.example.com',
  receiverUrl: 'https://flux-webhook.example.com',
};

/** Answers that no rendered file depends on: they go to a step that creates something. */
const fixed: JsonObject = {
  visibility: 'private',
  enrolment: 'fleet',
  wait: false,
};

/** Every way to fill in the form of an application, as far as files depend on it. */
export function applicationCombinations({ template }: Renderer): JsonObject[] {
  return combinationsOf(template.spec.parameters, { texts, fixed });
}
