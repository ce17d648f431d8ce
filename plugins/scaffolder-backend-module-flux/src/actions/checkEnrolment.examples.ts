import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const checkEnrolmentExamples: TemplateExample[] = [
  {
    description: 'Check a new application whose enrolment is a pull request',
    example: stringify({
      steps: [
        {
          id: 'check',
          name: 'Check before anything is created',
          action: 'flux:enrolment:check',
          input: {
            name: 'orders',
            cluster: 'prod-eu',
            enrolment: 'fleet',
            repoOwner: 'acme',
          },
        },
      ],
    }),
  },
];
