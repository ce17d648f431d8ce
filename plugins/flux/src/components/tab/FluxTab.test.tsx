import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeFluxApi, ViewName, views } from '../../__fixtures__';
import { renderFlux } from '../../__testUtils__/renderFlux';
import { FluxTab } from './FluxTab';

const row = (name: RegExp | string) => screen.findByRole('row', { name });
const kustomizationId =
  'prod-eu/kustomize.toolkit.fluxcd.io/Kustomization/orders/orders';

describe('FluxTab', () => {
  it.each<[ViewName, RegExp[]]>([
    ['upToDate', [/Up to date/, /applied 3 min ago/]],
    [
      'failing',
      [
        /Failing for 12 min/,
        /Kustomization orders can’t apply: Deployment\/orders/,
        /blocked/,
        /Open commit/,
      ],
    ],
    [
      'suspended',
      [/Suspended for 2 h/, /Freeze for the summer sale/, /Resume/],
    ],
    ['progressing', [/Progressing/, /2 of 3 pods are new/]],
    ['updatePending', [/Update pending/, /Flux commits it within a minute/]],
    ['waiting', [/Waiting for the first image/, /has no tags yet/]],
    [
      'partial',
      [
        /Stale · as of \d\d:\d\d/,
        /Connection lost 9 min ago: the API server does not answer/,
        /It can’t be reached: the connection was refused/,
        /Live · 3 of 5 clusters/,
      ],
    ],
    [
      'oneNotFound',
      [
        /Up to date/,
        /names Kustomization orders\/ordres-images, which does not exist in any cluster/,
      ],
    ],
    ['empty', [/Nothing deploys orders yet/, /fluxcd.io\/resources: /]],
    ['notMatching', [/No cluster has the objects of orders/]],
  ])('says what is the matter: %s', async (name, texts) => {
    renderFlux(<FluxTab />, new FakeFluxApi(views[name]()));
    for (const text of texts) {
      await waitFor(() => expect(document.body).toHaveTextContent(text));
    }
  });

  it('links the cause to its commit, and shows the remedy on demand', async () => {
    renderFlux(<FluxTab />, new FakeFluxApi(views.failing()));
    expect(
      await screen.findByRole('link', { name: 'Open commit' }),
    ).toHaveAttribute(
      'href',
      expect.stringMatching(
        /^https:\/\/github.com\/acme\/orders\/commit\/3f2c/,
      ),
    );
    expect(screen.queryByText(/Set spec.replicas/)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'How to fix' }));
    expect(screen.getByText(/Set spec.replicas/)).toBeInTheDocument();
  });

  it('offers no link that is not a web address', async () => {
    const view = views.failing();
    view.clusters[0].cause!.revision!.url = 'data:text/html,x';
    renderFlux(<FluxTab />, new FakeFluxApi(view));
    await screen.findByText(/can’t apply: Deployment/);
    expect(screen.queryByText('Open commit')).not.toBeInTheDocument();
  });

  it('folds the cluster that is up to date, and unfolds its way', async () => {
    renderFlux(<FluxTab />, new FakeFluxApi(views.failing()));
    const card = await screen.findByRole('region', { name: 'staging' });
    expect(
      within(card).getByRole('list', {
        name: 'The way to staging: 5 of 5 stops up to date',
      }),
    ).toBeInTheDocument();
    await userEvent.click(
      within(card).getByRole('button', { name: 'Show the way to staging' }),
    );
    expect(
      within(card).getByRole('list', { name: 'The way to staging' }),
    ).toHaveTextContent('main@3f2c1ab');
  });

  it('names the missing permission, and asks the backend for nothing', async () => {
    const api = new FakeFluxApi(views.failing());
    renderFlux(<FluxTab />, api, { denied: ['flux.resource.read'] });
    expect(await screen.findByText('flux.resource.read')).toBeInTheDocument();
    expect(screen.queryByText('prod-eu')).not.toBeInTheDocument();
    expect(api.looks).toEqual([]);
  });

  it('says what the backend said, and tries again', async () => {
    const api = new FakeFluxApi(views.failing());
    api.failure = new Error('the cache is not ready');
    renderFlux(<FluxTab />, api);
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The backend could not answer: the cache is not ready',
    );
    api.failure = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('region', { name: 'prod-eu' }),
    ).toBeInTheDocument();
  });

  describe('filter', () => {
    it('takes the text from the key /, and keeps the ancestors of what matches', async () => {
      renderFlux(<FluxTab />, new FakeFluxApi(views.failing()));
      await row(/^Deployment orders,/);
      await userEvent.keyboard('/');
      await userEvent.keyboard('2xk9p');
      const tree = screen.getByRole('treegrid');
      await waitFor(() =>
        expect(within(tree).queryByText('Service')).not.toBeInTheDocument(),
      );
      for (const kind of ['Kustomization', 'Deployment', 'ReplicaSet', 'Pod']) {
        expect(within(tree).getAllByText(kind).length).toBeGreaterThan(0);
      }
      expect(within(tree).getAllByText('1 of 11 objects')).toHaveLength(2);
    });

    it('filters by state, and clears when nothing matches', async () => {
      renderFlux(<FluxTab />, new FakeFluxApi(views.failing()));
      await row(/^Deployment orders,/);
      await userEvent.click(screen.getByRole('button', { name: 'State' }));
      await userEvent.click(
        await screen.findByRole('option', { name: 'Failing' }),
      );
      await userEvent.keyboard('{Escape}');
      expect(
        await screen.findByRole('button', { name: 'State · 1' }),
      ).toBeInTheDocument();
      expect(
        screen.queryByRole('row', { name: /^Deployment orders,/ }),
      ).not.toBeInTheDocument();
      await userEvent.type(
        screen.getByRole('searchbox', { name: 'Filter' }),
        'nowhere',
      );
      expect(
        await screen.findByText('No object has all of: “nowhere”, Failing.'),
      ).toBeInTheDocument();
      await userEvent.click(screen.getByRole('button', { name: 'Clear' }));
      expect(await row(/^Deployment orders,/)).toBeInTheDocument();
    });
  });

  describe('tree', () => {
    it('is walked, folded and opened by keyboard', async () => {
      renderFlux(<FluxTab />, new FakeFluxApi(views.failing()));
      const kustomization = await row(/^Kustomization orders,/);
      act(() => kustomization.focus());
      expect(kustomization).toHaveAttribute('aria-expanded', 'true');
      await userEvent.keyboard('{ArrowDown}');
      expect(await row(/^Deployment orders,/)).toHaveFocus();
      await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}');
      expect(kustomization).toHaveAttribute('aria-expanded', 'false');
      expect(kustomization).toHaveFocus();
      expect(
        screen.queryByRole('row', { name: /^Deployment orders,/ }),
      ).not.toBeInTheDocument();
      await userEvent.keyboard('{ArrowRight}');
      expect(await row(/^Deployment orders,/)).toBeInTheDocument();
      await userEvent.keyboard('{ArrowRight}');
      expect(await row(/^Deployment orders,/)).toHaveFocus();
      await userEvent.keyboard('{Home}');
      expect(await row(/^prod-eu\s*11 objects/)).toHaveFocus();
      await userEvent.keyboard('{End}');
      expect(await row(/^staging\s*11 objects/)).toHaveFocus();
      await userEvent.keyboard('{Enter}');
      expect(await row(/^staging\s*11 objects/)).toHaveAttribute(
        'aria-expanded',
        'true',
      );
    });

    it('opens the drawer of a row, and gives it the focus back', async () => {
      renderFlux(<FluxTab />, new FakeFluxApi(views.failing()));
      const kustomization = await row(/^Kustomization orders,/);
      act(() => kustomization.focus());
      await userEvent.keyboard('{Enter}');
      const drawer = await screen.findByRole('dialog', { name: 'orders' });
      for (const text of [
        'ReconciliationFailed',
        /dry-run failed \(Invalid\)/,
        'main@71ac0de',
        'main@3f2c1ab',
        'GitRepository orders',
        /Kustomization cert-manager/,
        /4 min ago by user:guest|by user:guest/,
      ]) {
        expect(within(drawer).getAllByText(text).length).toBeGreaterThan(0);
      }
      await userEvent.keyboard('{Escape}');
      await waitFor(() =>
        expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
      );
      await waitFor(() => expect(kustomization).toHaveFocus());
    });

    it('opens the drawer that the URL names', async () => {
      renderFlux(<FluxTab />, new FakeFluxApi(views.failing()), {
        at: `/?flux=${encodeURIComponent(kustomizationId)}`,
      });
      expect(
        await screen.findByRole('dialog', { name: 'orders' }),
      ).toBeInTheDocument();
    });

    it('says so when the object of the URL is gone', async () => {
      renderFlux(<FluxTab />, new FakeFluxApi(views.failing()), {
        at: '/?flux=prod-eu/apps/Deployment/orders/old',
      });
      expect(
        await screen.findByRole('dialog', { name: 'This object is gone' }),
      ).toBeInTheDocument();
    });
  });

  describe('actions', () => {
    it('reconciles everything with its sources, or one cluster', async () => {
      const api = new FakeFluxApi(views.failing());
      renderFlux(<FluxTab />, api);
      await userEvent.click(
        await screen.findByRole('button', { name: 'Reconcile' }),
      );
      await waitFor(() =>
        expect(api.actions).toEqual([
          { action: 'reconcile', request: { withSource: true } },
        ]),
      );
      await userEvent.click(
        screen.getByRole('button', { name: 'More ways to reconcile' }),
      );
      await userEvent.click(
        await screen.findByRole('menuitem', {
          name: 'Only staging, sources first',
        }),
      );
      await waitFor(() =>
        expect(api.actions[1]).toEqual({
          action: 'reconcile',
          request: { cluster: 'staging', withSource: true },
        }),
      );
    });

    it('suspends with a reason, which it insists on', async () => {
      const api = new FakeFluxApi(views.failing());
      renderFlux(<FluxTab />, api);
      const kustomization = await row(/^Kustomization orders,/);
      await userEvent.click(
        within(kustomization).getByRole('button', { name: 'Suspend orders…' }),
      );
      const dialog = await screen.findByRole('dialog', {
        name: 'Suspend Kustomization orders?',
      });
      const submit = within(dialog).getByRole('button', { name: 'Suspend' });
      await userEvent.click(submit);
      expect(within(dialog).getByText(/Say why/)).toBeInTheDocument();
      expect(api.actions).toEqual([]);
      const reason = within(dialog).getByRole('textbox');
      await userEvent.click(reason);
      await userEvent.paste('x'.repeat(281));
      await userEvent.click(submit);
      expect(
        within(dialog).getByText('At most 280 characters; these are 281.'),
      ).toBeInTheDocument();
      await userEvent.clear(reason);
      await userEvent.click(reason);
      await userEvent.paste('  Freeze until Monday ');
      await userEvent.click(submit);
      await waitFor(() =>
        expect(api.actions).toEqual([
          {
            action: 'suspend',
            request: {
              resources: [views.failing().clusters[0].resources[4].ref],
              reason: 'Freeze until Monday',
            },
          },
        ]),
      );
      await waitFor(() =>
        expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
      );
    });

    it('resumes from where the cause is told', async () => {
      const api = new FakeFluxApi(views.suspended());
      renderFlux(<FluxTab />, api);
      await userEvent.click(
        await screen.findByRole('button', { name: 'Resume' }),
      );
      await waitFor(() => expect(api.actions[0].action).toBe('resume'));
    });

    it('tells a failure at the object that it is about', async () => {
      const api = new FakeFluxApi(views.failing());
      api.actionError = () => 'the cluster forbids it';
      renderFlux(<FluxTab />, api);
      const kustomization = await row(/^Kustomization orders,/);
      await userEvent.click(
        within(kustomization).getByRole('button', { name: 'Reconcile orders' }),
      );
      const alert = await screen.findByRole('alert');
      expect(alert).toHaveTextContent(
        'Could not reconcile orders: the cluster forbids it',
      );
      await userEvent.click(
        within(alert).getByRole('button', { name: 'Dismiss' }),
      );
      expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    });

    it('tells at the bar when the whole call failed', async () => {
      const api = new FakeFluxApi(views.failing());
      renderFlux(<FluxTab />, api);
      const button = await screen.findByRole('button', { name: 'Reconcile' });
      api.failure = new Error('no connection');
      await userEvent.click(button);
      expect(await screen.findByRole('alert')).toHaveTextContent(
        'Could not reconcile orders: no connection',
      );
    });

    it('disables what the reader may not do, and names the permission', async () => {
      const api = new FakeFluxApi(views.failing());
      renderFlux(<FluxTab />, api, {
        denied: ['flux.resource.reconcile', 'flux.resource.suspend'],
      });
      await waitFor(() =>
        expect(
          screen.getByRole('button', { name: 'Reconcile' }),
        ).toHaveAttribute('aria-disabled', 'true'),
      );
      const button = screen.getByRole('button', { name: 'Reconcile' });
      await userEvent.hover(button);
      await waitFor(() =>
        expect(screen.getByRole('tooltip')).toHaveTextContent(
          'Needs the permission flux.resource.reconcile',
        ),
      );
      await userEvent.click(button);
      expect(api.actions).toEqual([]);
      const suspend = within(await row(/^Kustomization orders,/)).getByRole(
        'button',
        { name: 'Suspend orders…' },
      );
      await userEvent.click(suspend);
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    });
  });

  it('announces a change of state once, politely', async () => {
    const api = new FakeFluxApi(views.failing());
    renderFlux(<FluxTab />, api);
    await screen.findByRole('region', { name: 'prod-eu' });
    const status = screen
      .getAllByRole('status')
      .find(each => each.getAttribute('aria-live') === 'polite')!;
    expect(status).toBeEmptyDOMElement();
    api.show(views.upToDate());
    await userEvent.click(screen.getByRole('button', { name: 'Reconcile' }));
    await waitFor(() =>
      expect(status).toHaveTextContent('prod-eu: Up to date'),
    );
    expect(status).not.toHaveTextContent('staging');
  });
});
