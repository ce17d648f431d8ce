import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const estimateGkeExamples: TemplateExample[] = [
  {
    description: 'Put what a cluster costs into a page',
    example: stringify({
      steps: [
        {
          id: 'estimate',
          name: 'Compute what it costs',
          action: 'flux:gke:estimate',
          input: {
            mode: 'standard',
            locationType: 'zonal',
            region: 'us-central1',
            nodes: 3,
            machineType: 'e2-standard-2',
            diskGb: 100,
            diskType: 'pd-balanced',
            spot: false,
            privateNodes: false,
            visibility: 'private',
            runners: 'github',
            actionsMinutes: 2000,
          },
        },
        {
          id: 'render',
          name: 'Write the page',
          action: 'fetch:template',
          input: {
            url: './skeleton',
            values: { estimate: '${{ steps.estimate.output.estimate }}' },
          },
        },
      ],
    }),
  },
  {
    description: 'Nodes that follow the load, in three zones',
    example: stringify({
      steps: [
        {
          id: 'estimate',
          name: 'Compute what it costs',
          action: 'flux:gke:estimate',
          input: {
            locationType: 'regional',
            region: 'europe-west1',
            nodes: 1,
            autoscaling: { min: 1, max: 3 },
          },
        },
      ],
    }),
  },
];
