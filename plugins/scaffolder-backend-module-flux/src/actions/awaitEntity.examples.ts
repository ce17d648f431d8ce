import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const awaitEntityExamples: TemplateExample[] = [
  {
    description: 'Wait for the component that the step before registered',
    example: stringify({
      steps: [
        {
          id: 'await',
          name: 'Wait for the catalog',
          action: 'flux:entity:await',
          input: { entityRef: '${{ steps.register.output.entityRef }}' },
        },
      ],
    }),
  },
];
