import { Stepper } from '@backstage/plugin-scaffolder-react/alpha';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ComponentProps } from 'react';
import { FluxApi } from '../api';
import { FluxClusterPicker } from '../scaffolder/FluxClusterPicker';
import { FluxFleetPicker } from '../scaffolder/FluxFleetPicker';
import { FluxNamespacePicker } from '../scaffolder/FluxNamespacePicker';
import { validateNamespace } from '../scaffolder/validateNamespace';
import { renderFlux } from './renderFlux';

type StepperProps = ComponentProps<typeof Stepper>;
type Values = NonNullable<StepperProps['initialState']>;

// As the field extensions register them
const extensions = [
  { name: 'FluxClusterPicker', component: FluxClusterPicker },
  { name: 'FluxFleetPicker', component: FluxFleetPicker },
  {
    name: 'FluxNamespacePicker',
    component: FluxNamespacePicker,
    validation: validateNamespace,
  },
] as StepperProps['extensions'];

/** A template's form of one page, as the scaffolder shows it. */
export function renderForm(options: {
  api: FluxApi;
  catalog?: NonNullable<Parameters<typeof renderFlux>[2]>['catalog'];
  /** Fields of the page. */
  fields: Values;
  required?: string[];
  /** What is filled in, here or on other pages. */
  filled?: Values;
}) {
  const { api, catalog, fields, required = [], filled = {} } = options;
  const onCreate = jest.fn(async () => {});
  // The form scrolls up when its page changes, which jsdom can't
  window.scrollTo = jest.fn();
  renderFlux(
    <Stepper
      extensions={extensions}
      initialState={filled}
      manifest={{
        title: 'Application',
        steps: [
          { title: 'Where it runs', schema: { required, properties: fields } },
        ],
      }}
      onCreate={onCreate}
    />,
    api,
    { catalog },
  );
  return {
    /** Goes on to the page that asks whether all is right. */
    review: () =>
      userEvent.click(screen.getByRole('button', { name: 'Review' })),
    /** Creates it there; the values that the template gets. */
    async create(): Promise<Values> {
      await userEvent.click(
        await screen.findByRole('button', { name: 'Create' }),
      );
      return (onCreate.mock.calls as unknown as [Values][])[0][0];
    },
  };
}
