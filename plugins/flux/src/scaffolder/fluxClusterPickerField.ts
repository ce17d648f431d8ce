import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';
import { createFormField } from '@backstage/plugin-scaffolder-react/alpha';
import { FluxClusterPicker } from './FluxClusterPicker';

/** `ui:field: FluxClusterPicker` of a template's form. */
export const fluxClusterPickerField = createFormField({
  name: 'FluxClusterPicker',
  component: FluxClusterPicker,
  schema: makeFieldSchema({
    output: z => z.string().describe('Name of a cluster of the app’s config'),
  }),
});
