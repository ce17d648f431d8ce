import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';
import { createFormField } from '@backstage/plugin-scaffolder-react/alpha';
import { FluxFleetPicker } from './FluxFleetPicker';

/** `ui:field: FluxFleetPicker` of a template's form. */
export const fluxFleetPickerField = createFormField({
  name: 'FluxFleetPicker',
  component: FluxFleetPicker,
  schema: makeFieldSchema({
    output: z => z.string().describe('Fleet repository, name or owner/name'),
  }),
});
