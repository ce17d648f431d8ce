import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const applyExamples: TemplateExample[] = [
  {
    description: 'Apply what an earlier step wrote to the folder enrolment',
    example: stringify({
      steps: [
        {
          id: 'direct',
          name: 'Apply the enrolment to the cluster',
          action: 'flux:apply',
          input: { cluster: 'prod-eu', path: 'enrolment' },
        },
      ],
    }),
  },
];
