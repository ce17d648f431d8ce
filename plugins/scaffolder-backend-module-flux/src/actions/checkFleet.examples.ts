import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const checkFleetExamples: TemplateExample[] = [
  {
    description: 'Check a new cluster, whose repository will be fleet-prod-eu',
    example: stringify({
      steps: [
        {
          id: 'check',
          name: 'Check before anything is created',
          action: 'flux:fleet:check',
          input: { name: 'prod-eu', repoOwner: 'acme' },
        },
      ],
    }),
  },
];
