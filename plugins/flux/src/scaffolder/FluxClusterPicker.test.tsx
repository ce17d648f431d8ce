import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeFluxApi, minutesAgo, views } from '../__fixtures__';
import { renderForm } from '../__testUtils__/renderForm';

const since = minutesAgo(9);
const live = { state: 'live' as const, since };

function backend(clusters: FakeFluxApi['clusters'] = []) {
  const api = new FakeFluxApi(views.empty());
  api.clusters = clusters;
  return api;
}

const form = (api: FakeFluxApi, filled = {}) =>
  renderForm({
    api,
    filled,
    required: ['cluster'],
    fields: {
      cluster: {
        type: 'string',
        title: 'Cluster',
        description: 'Where it runs',
        'ui:field': 'FluxClusterPicker',
      },
    },
  });

const picker = () => screen.findByRole('button', { name: /Cluster/ });

describe('FluxClusterPicker', () => {
  it('lists the clusters with what Flux can do there; its value is the name', async () => {
    const { review, create } = form(
      backend([
        {
          name: 'prod-eu',
          title: 'Europe',
          connection: live,
          fluxVersion: 'v2.9.0',
        },
        {
          name: 'prod-us',
          connection: {
            ...live,
            missing: [
              { kind: 'ImageUpdateAutomation', reason: 'notInstalled' },
              { kind: 'Canary', reason: 'notInstalled' },
            ],
          },
        },
        {
          name: 'bare',
          connection: {
            ...live,
            missing: [{ kind: 'Kustomization', reason: 'notInstalled' }],
          },
        },
        {
          name: 'guarded',
          connection: {
            ...live,
            missing: [{ kind: 'ImagePolicy', reason: 'forbidden' }],
          },
        },
        { name: 'new', connection: { state: 'syncing', since } },
      ]),
    );
    await userEvent.click(await picker());
    const options = await screen.findAllByRole('option');
    expect(options.map(each => each.textContent)).toEqual([
      'Europe (prod-eu)Flux v2.9.0 · image automation',
      'prod-usFlux · no image automation',
      'bareFlux isn’t installed',
      'guardedFlux · image automation',
      'newConnecting',
    ]);
    await userEvent.click(options[0]);
    await review();
    expect(await create()).toEqual({ cluster: 'prod-eu' });
  });

  const lost = {
    name: 'prod-us',
    connection: {
      state: 'down' as const,
      since,
      reason: 'nothing listens at its address',
    },
  };

  it('doesn’t offer what can’t be reached, and says since when and why', async () => {
    form(
      backend([
        lost,
        { name: 'prod-ap', connection: { state: 'stale', since } },
        { name: 'prod-eu', connection: live },
      ]),
    );
    await userEvent.click(await picker());
    const [us, ap, eu] = await screen.findAllByRole('option');
    expect(us).toHaveAttribute('aria-disabled', 'true');
    expect(us).toHaveTextContent(
      'Can’t be reached for 9 min: nothing listens at its address',
    );
    expect(ap).toHaveAttribute('aria-disabled', 'true');
    expect(ap).toHaveTextContent(/Can’t be reached for 9 min$/);
    expect(eu).not.toHaveAttribute('aria-disabled');
  });

  it('keeps a choice that can’t be reached any more', async () => {
    form(backend([lost, { name: 'prod-eu', connection: live }]), {
      cluster: 'prod-us',
    });
    expect(await picker()).toHaveTextContent('prod-us');
    await userEvent.click(await picker());
    expect(
      await screen.findByRole('option', { name: /prod-us/ }),
    ).not.toHaveAttribute('aria-disabled');
  });

  it('is used by keyboard, which passes over what can’t be chosen', async () => {
    const { review, create } = form(
      backend([
        { name: 'prod-ap', connection: live },
        lost,
        { name: 'prod-eu', connection: live },
      ]),
    );
    const button = await picker();
    act(() => button.focus());
    await userEvent.keyboard('{ArrowDown}');
    await screen.findByRole('listbox');
    await userEvent.keyboard('{ArrowDown}{Enter}');
    await review();
    expect(await create()).toEqual({ cluster: 'prod-eu' });
  });

  it('says what is wrong with it, and goes on once it is right', async () => {
    const { review, create } = form(
      backend([{ name: 'prod-eu', connection: live }]),
    );
    await picker();
    await review();
    expect(
      await screen.findByText(/^must have required property/),
    ).toBeVisible();
    expect(await picker()).toHaveAccessibleDescription(
      /must have required property/,
    );
    await userEvent.click(await picker());
    await userEvent.click(await screen.findByRole('option'));
    await review();
    expect(await create()).toEqual({ cluster: 'prod-eu' });
  });

  it('says that it is looking', async () => {
    const api = backend();
    api.listClusters = () => new Promise(() => {});
    form(api);
    expect(
      await screen.findByRole('status', { name: 'Looking for clusters…' }),
    ).toBeInTheDocument();
  });

  it('says when no cluster is configured', async () => {
    form(backend());
    expect(await screen.findByText(/No cluster is configured/)).toBeVisible();
  });

  it('says why the clusters can’t be listed, and tries again', async () => {
    const api = backend();
    api.failure = new Error('no connection');
    form(api);
    expect(await screen.findByRole('alert')).toHaveTextContent('no connection');
    api.failure = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText(/No cluster is configured/)).toBeVisible();
  });
});
