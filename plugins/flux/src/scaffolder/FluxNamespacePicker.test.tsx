import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeFluxApi, views } from '../__fixtures__';
import { renderForm } from '../__testUtils__/renderForm';

const filled = { cluster: 'prod-eu', name: 'orders' };

function backend(...namespaces: string[]) {
  const api = new FakeFluxApi(views.empty());
  api.namespaces = namespaces;
  return api;
}

const form = (
  api: FakeFluxApi,
  values: Record<string, string> = filled,
  field: object = {},
) =>
  renderForm({
    api,
    filled: values,
    fields: {
      namespace: {
        type: 'string',
        title: 'Namespace',
        pattern: '^[a-z0-9-]+$',
        'ui:field': 'FluxNamespacePicker',
        ...field,
      },
    },
  });

const input = () => screen.findByRole('textbox', { name: /Namespace/ });
const TAKEN = 'orders is taken on prod-eu; choose another name.';

describe('FluxNamespacePicker', () => {
  it('means the application’s name when it is empty', async () => {
    const api = backend();
    const { review, create } = form(api);
    expect(await input()).toHaveAttribute('placeholder', 'orders');
    expect(await input()).toHaveAccessibleDescription(
      'Empty means the name of the application.',
    );
    expect(await screen.findByText('orders is free on prod-eu.')).toBeVisible();
    expect(api.askedNamespaces).toEqual(['prod-eu/orders']);
    await review();
    expect(await create()).toEqual(filled);
  });

  it('refuses the application’s name when that is taken', async () => {
    const { review } = form(backend('orders'));
    expect(await screen.findByText(TAKEN)).toBeVisible();
    await review();
    expect(await screen.findByText(`'Namespace' ${TAKEN}`)).toBeVisible();
    expect(screen.getAllByText(TAKEN)).toHaveLength(1);
    expect(await input()).toBeInvalid();
    expect(await input()).toHaveAccessibleDescription(/orders is taken/);
  });

  it('goes on once another name is typed', async () => {
    const { review, create } = form(backend('orders'));
    expect(await screen.findByText(TAKEN)).toBeVisible();
    await review();
    expect(await screen.findByText(`'Namespace' ${TAKEN}`)).toBeVisible();
    await userEvent.type(await input(), 'orders-2');
    expect(await screen.findByText(/orders-2 is free/)).toBeVisible();
    await review();
    expect(await create()).toEqual({ ...filled, namespace: 'orders-2' });
  });

  it('asks while somebody types, and not for each letter', async () => {
    const api = backend('shop');
    const { review, create } = form(api);
    await userEvent.type(await input(), 'shop');
    expect(await screen.findByText(/shop is taken on prod-eu/)).toBeVisible();
    await userEvent.type(await input(), '-2');
    expect(
      screen.getByText('Looking whether shop-2 is free on prod-eu…'),
    ).toBeVisible();
    expect(await screen.findByText(/shop-2 is free/)).toBeVisible();
    expect(api.askedNamespaces).not.toContain('prod-eu/sho');
    expect(api.askedNamespaces).not.toContain('prod-eu/shop-');
    await review();
    expect(await create()).toEqual({ ...filled, namespace: 'shop-2' });
  });

  it('doesn’t show the answer to an earlier name', async () => {
    const api = backend();
    const signals: AbortSignal[] = [];
    const answers: ((exists: boolean) => void)[] = [];
    api.namespaceExists = async (_cluster, _name, options) => {
      signals.push(options!.signal!);
      return new Promise(resolve => answers.push(resolve));
    };
    form(api, { ...filled, namespace: 'shop' });
    await screen.findByText(/Looking whether shop is free/);
    await screen.findByText(/Looking/);
    await new Promise<void>(resolve => {
      const wait = setInterval(() => {
        if (answers.length) {
          clearInterval(wait);
          resolve();
        }
      }, 10);
    });
    await userEvent.type(await input(), '-2');
    expect(signals[0].aborted).toBe(true);
    answers[0](true);
    expect(
      await screen.findByText(/Looking whether shop-2 is free/),
    ).toBeVisible();
    expect(screen.queryByText(/is taken/)).not.toBeInTheDocument();
  });

  it('looks at the namespace of each environment', async () => {
    const api = backend('orders-production');
    const { review } = form(api, {
      ...filled,
      environments: 'staging-production',
    });
    expect(await screen.findByText(/orders-staging is free/)).toBeVisible();
    expect(await screen.findByText(/orders-production is taken/)).toBeVisible();
    expect(api.askedNamespaces).toEqual([
      'prod-eu/orders-staging',
      'prod-eu/orders-production',
    ]);
    await review();
    expect(
      await screen.findByText(/^'Namespace' orders-production is taken/),
    ).toBeVisible();
    expect(
      screen.queryByRole('button', { name: 'Create' }),
    ).not.toBeInTheDocument();
  });

  it('refuses environments whose names become too long', async () => {
    const api = backend();
    const name = 'a'.repeat(60);
    const { review } = form(api, {
      ...filled,
      environments: 'staging-production',
      namespace: name,
    });
    const text = `${name}-production is longer than 63 characters.`;
    expect(await screen.findByText(text)).toBeVisible();
    expect(api.askedNamespaces).toEqual([]);
    await review();
    expect(await screen.findByText(`'Namespace' ${text}`)).toBeVisible();
  });

  it('goes on when the cluster can’t be asked, and says why', async () => {
    const api = backend();
    api.failure = new Error('Cluster prod-eu can’t be reached');
    const { review, create } = form(api);
    expect(await screen.findByRole('status')).toHaveTextContent(/Looking/);
    expect(
      await screen.findByText(
        'Can’t tell whether orders is free: Cluster prod-eu can’t be reached. It is looked at again before anything is created.',
      ),
    ).toBeVisible();
    await review();
    expect(await create()).toEqual(filled);
  });

  it('asks nobody until there is a cluster and a name', async () => {
    const api = backend();
    form(api, { name: 'orders' });
    expect(await screen.findByText(/Once a cluster is chosen/)).toBeVisible();
    await userEvent.type(await input(), 'shop');
    // Longer than the pause after which it asks
    await act(() => new Promise(resolve => setTimeout(resolve, 600)));
    expect(api.askedNamespaces).toEqual([]);
  });

  it('leaves it to the form to refuse what is no name', async () => {
    const api = backend();
    const { review } = form(api);
    await userEvent.type(await input(), 'Shop');
    await review();
    expect(await screen.findByText(/^must match pattern/)).toBeVisible();
    expect(api.askedNamespaces).not.toContain('prod-eu/Shop');
    expect(await input()).toHaveAccessibleDescription(/must match pattern/);
  });
});
