import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const awaitRolloutExamples: TemplateExample[] = [
  {
    description: 'Wait until the registered component runs',
    example: stringify({
      steps: [
        {
          id: 'rollout',
          name: 'Wait until it runs',
          action: 'flux:rollout:await',
          input: { entityRef: '${{ steps.register.output.entityRef }}' },
        },
      ],
    }),
  },
  {
    description: 'Wait for one Flux Kustomization, ten minutes at most',
    example: stringify({
      steps: [
        {
          id: 'rollout',
          name: 'Wait until it is applied',
          action: 'flux:rollout:await',
          input: {
            cluster: 'prod-eu',
            namespace: 'orders',
            name: 'orders',
            timeoutSeconds: 600,
          },
        },
      ],
    }),
  },
];
