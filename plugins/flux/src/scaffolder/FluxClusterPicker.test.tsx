import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ComponentProps } from 'react';
import { FakeFluxApi, minutesAgo, views } from '../__fixtures__';
import { renderFlux } from '../__testUtils__/renderFlux';
import { FluxClusterPicker } from './FluxClusterPicker';

function renderPicker(api: FakeFluxApi, onChange = jest.fn()) {
  const props = {
    schema: { title: 'Cluster', description: 'Where it runs' },
    uiSchema: {},
    onChange,
    required: true,
  } as unknown as ComponentProps<typeof FluxClusterPicker>;
  renderFlux(<FluxClusterPicker {...props} />, api);
  return onChange;
}

describe('FluxClusterPicker', () => {
  it('lists the clusters with how they can be reached; its value is the name', async () => {
    const api = new FakeFluxApi(views.empty());
    const since = minutesAgo(1);
    api.clusters = [
      {
        name: 'prod-eu',
        title: 'Europe',
        connection: { state: 'live', since },
      },
      { name: 'prod-us', connection: { state: 'down', since } },
    ];
    const onChange = renderPicker(api);
    await userEvent.click(
      await screen.findByRole('button', { name: /Cluster/ }),
    );
    expect(
      await screen.findByRole('option', {
        name: 'prod-us · can’t be reached now',
      }),
    ).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('option', { name: 'Europe (prod-eu)' }),
    );
    expect(onChange).toHaveBeenCalledWith('prod-eu');
  });

  it('says when no cluster is configured', async () => {
    renderPicker(new FakeFluxApi(views.empty()));
    expect(await screen.findByText(/No cluster is configured/)).toBeVisible();
  });

  it('says why the clusters can’t be listed, and tries again', async () => {
    const api = new FakeFluxApi(views.empty());
    api.failure = new Error('no connection');
    renderPicker(api);
    expect(await screen.findByRole('alert')).toHaveTextContent('no connection');
    api.failure = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText(/No cluster is configured/)).toBeVisible();
  });
});
