import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const checkEnrolledRepositoryExamples: TemplateExample[] = [
  {
    description: 'Check a component whose repository has manifests in deploy',
    example: stringify({
      steps: [
        {
          id: 'check',
          name: 'Check before anything is created',
          action: 'flux:repository:check',
          input: {
            entityRef: 'component:default/orders',
            cluster: 'prod-eu',
            path: 'deploy',
          },
        },
      ],
    }),
  },
];
