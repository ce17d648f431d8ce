import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';
import { createFormField } from '@backstage/plugin-scaffolder-react/alpha';
import { FluxNamespacePicker } from './FluxNamespacePicker';
import { validateNamespace } from './validateNamespace';

/** `ui:field: FluxNamespacePicker` of a template's form. */
export const fluxNamespacePickerField = createFormField({
  name: 'FluxNamespacePicker',
  component: FluxNamespacePicker,
  validation: validateNamespace,
  schema: makeFieldSchema({
    output: z => z.string().describe('Namespace that is free on the cluster'),
  }),
});
