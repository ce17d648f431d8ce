import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const planEnvironmentsExamples: TemplateExample[] = [
  {
    description: 'Write a folder of manifests for each environment',
    example: stringify({
      steps: [
        {
          id: 'plan',
          name: 'Plan the environments',
          action: 'flux:environments:plan',
          input: {
            environments: 'staging-production',
            namespace: 'orders',
            host: 'orders.example.com',
            rollout: 'canary',
          },
        },
        {
          id: 'render',
          name: 'Write each environment',
          each: '${{ steps.plan.output.environments }}',
          action: 'fetch:template',
          input: {
            url: './environment',
            targetPath: 'deploy/${{ each.value.folder }}',
            values: { namespace: '${{ each.value.namespace }}' },
          },
        },
      ],
    }),
  },
];
