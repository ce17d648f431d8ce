import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const createDeployKeyExamples: TemplateExample[] = [
  {
    description: 'Let Flux in a cluster read and write one repository',
    example: stringify({
      steps: [
        {
          id: 'key',
          name: 'Give Flux access to the repository',
          action: 'flux:deploy-key:create',
          input: {
            repoUrl: 'github.com?owner=acme&repo=orders',
            cluster: 'prod-eu',
            namespace: 'orders',
            secretName: 'orders-git',
          },
        },
      ],
    }),
  },
];
