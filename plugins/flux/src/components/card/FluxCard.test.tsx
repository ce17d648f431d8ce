import { screen, waitFor, within } from '@testing-library/react';
import { FakeFluxApi, ViewName, views } from '../../__fixtures__';
import { renderFlux } from '../../__testUtils__/renderFlux';
import { FluxCard } from './FluxCard';

describe('FluxCard', () => {
  it.each<[ViewName, RegExp[]]>([
    ['upToDate', [/Up to date/, /1\.4\.3 runs everywhere\..*Last change/]],
    ['failing', [/Failing for 12 min/, /can’t apply/, /main@3f2c1ab/]],
    ['suspended', [/Suspended for 2 h/, /By user:guest: “Freeze/]],
    ['updatePending', [/Update pending/, /Flux commits it/]],
    ['waiting', [/Waiting for the first image/, /nothing runs/]],
    [
      'oneNotFound',
      [/Up to date/, /names Kustomization orders\/ordres-images/],
    ],
    ['empty', [/Nothing deploys orders yet/]],
    ['notMatching', [/No cluster has the objects of orders/]],
  ])('answers: %s', async (name, texts) => {
    renderFlux(<FluxCard />, new FakeFluxApi(views[name]()));
    for (const text of texts) {
      await waitFor(() => expect(document.body).toHaveTextContent(text));
    }
  });

  it('has a line per cluster, and leads to the tab', async () => {
    renderFlux(<FluxCard />, new FakeFluxApi(views.updatePending()));
    const [prod, staging] = await screen.findAllByRole('listitem');
    expect(prod).toHaveTextContent('prod-euUpdate pending1.4.21.4.3');
    expect(staging).toHaveTextContent('stagingUp to date1.4.3');
    expect(screen.getByRole('link', { name: 'Details' })).toHaveAttribute(
      'href',
      '/catalog/orders/flux',
    );
  });

  it('says nothing of versions where the entity is a cluster', async () => {
    const view = views.upToDate();
    view.clusters = view.clusters.map(
      ({ running: _, latest: __, ...cluster }) => ({ ...cluster, chain: [] }),
    );
    renderFlux(<FluxCard />, new FakeFluxApi(view));
    const [cluster] = await screen.findAllByRole('listitem');
    expect(cluster).toHaveTextContent(/^prod-euUp to date$/);
  });

  it('leaks nothing to a reader without the permission', async () => {
    const api = new FakeFluxApi(views.failing());
    renderFlux(<FluxCard />, api, { denied: ['flux.resource.read'] });
    const card = await screen.findByRole('region', { name: 'Flux' });
    expect(
      await within(card).findByText('flux.resource.read'),
    ).toBeInTheDocument();
    expect(api.looks).toEqual([]);
  });
});
