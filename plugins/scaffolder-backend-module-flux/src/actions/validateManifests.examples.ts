import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const validateManifestsExamples: TemplateExample[] = [
  {
    description:
      'Check what was rendered before the repository is created from it',
    example: stringify({
      steps: [
        {
          id: 'validate',
          name: 'Check the manifests against the cluster',
          action: 'flux:manifests:validate',
          input: { cluster: 'prod-eu', paths: ['app/deploy', 'enrolment'] },
        },
      ],
    }),
  },
];
