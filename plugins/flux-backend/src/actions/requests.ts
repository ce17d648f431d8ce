import {
  ReconcileRequest,
  ResumeRequest,
  SuspendRequest,
} from '@backstage-flux/plugin-flux-common';
import { z } from 'zod';

const name = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/)
  .describe('the name of a Kubernetes object');

const resource = z.strictObject({
  cluster: z.string().min(1).max(253).describe('the name of a cluster'),
  group: z
    .string()
    .regex(/^[a-z0-9.-]{0,253}$/)
    .describe('an API group, empty for the core group'),
  kind: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]{0,62}$/)
    .describe('a kind such as Kustomization'),
  namespace: z
    .union([z.literal(''), name])
    .describe('a namespace, empty for objects that have none'),
  name,
});

const resources = z
  .array(resource)
  .min(1)
  .max(100)
  .meta({ description: 'a list of 1 to 100 objects' });

export const reconcileRequest: z.ZodType<ReconcileRequest> = z.strictObject({
  resources: resources.optional(),
  cluster: z.string().min(1).optional().describe('the name of a cluster'),
  withSource: z.boolean().optional(),
});

export const suspendRequest: z.ZodType<SuspendRequest> = z.strictObject({
  resources,
  reason: z
    .string()
    .trim()
    .min(1)
    .max(280)
    .describe('a reason of 1 to 280 characters'),
});

export const resumeRequest: z.ZodType<ResumeRequest> = z.strictObject({
  resources,
});
