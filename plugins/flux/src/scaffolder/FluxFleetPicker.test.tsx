import { Entity } from '@backstage/catalog-model';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeFluxApi, views } from '../__fixtures__';
import { renderForm } from '../__testUtils__/renderForm';

function cluster(name: string, repository: string, of = name): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name,
      annotations: {
        'backstage.io/kubernetes-cluster': of,
        'github.com/project-slug': repository,
      },
    },
    spec: { type: 'kubernetes-cluster' },
  };
}

const entities = [
  cluster('prod-eu', 'acme/gitops'),
  cluster('prod-eu-2', 'acme/fleet-prod-eu', 'prod-eu'),
  cluster('prod-eu-3', 'acme/gitops', 'prod-eu'),
  cluster('prod-us', 'acme/fleet-prod-us'),
  {
    ...cluster('bucket', 'acme/bucket', 'prod-eu'),
    spec: { type: 's3-bucket' },
  },
  { ...cluster('service', 'acme/service', 'prod-eu'), kind: 'Component' },
];

const form = (
  filled: Record<string, string> = { cluster: 'prod-eu' },
  options: {
    catalog?: ReturnType<typeof catalogApiMock>;
    field?: object;
  } = {},
) =>
  renderForm({
    api: new FakeFluxApi(views.empty()),
    catalog: options.catalog ?? catalogApiMock({ entities }),
    filled,
    fields: {
      fleetRepo: {
        type: 'string',
        title: 'Fleet repository',
        pattern: '^[a-z/-]+$',
        'ui:field': 'FluxFleetPicker',
        ...options.field,
      },
    },
  });

const picker = () => screen.findByRole('combobox', { name: /Fleet/ });

describe('FluxFleetPicker', () => {
  it('suggests what the catalog has for the form’s cluster', async () => {
    const { review, create } = form();
    await userEvent.click(await picker());
    expect(
      await screen.findByText(
        'In the catalog for prod-eu: acme/fleet-prod-eu, acme/gitops',
      ),
    ).toBeInTheDocument();
    const options = await screen.findAllByRole('option');
    expect(options.map(each => each.textContent)).toEqual([
      'acme/fleet-prod-eu',
      'acme/gitops',
    ]);
    await userEvent.click(options[1]);
    expect(await picker()).toHaveValue('acme/gitops');
    await review();
    expect(await create()).toEqual({
      cluster: 'prod-eu',
      fleetRepo: 'acme/gitops',
    });
  });

  it('is used by keyboard', async () => {
    const { review, create } = form();
    await screen.findByText(/In the catalog/);
    const input = await picker();
    act(() => input.focus());
    await userEvent.keyboard('{ArrowDown}{Enter}');
    await review();
    expect(await create()).toMatchObject({ fleetRepo: 'acme/fleet-prod-eu' });
  });

  it('takes what isn’t among the suggestions', async () => {
    const { review, create } = form();
    await screen.findByText(/In the catalog/);
    await userEvent.type(await picker(), 'platform/fleet');
    await userEvent.tab();
    expect(await picker()).toHaveValue('platform/fleet');
    await review();
    expect(await create()).toMatchObject({ fleetRepo: 'platform/fleet' });
  });

  it('can be emptied again, which means the default', async () => {
    const { review, create } = form({
      cluster: 'prod-eu',
      repoOwner: 'acme',
      fleetRepo: 'acme/gitops',
    });
    await userEvent.clear(await picker());
    await userEvent.tab();
    expect(await picker()).toHaveAttribute('placeholder', 'acme/fleet-prod-eu');
    expect(await picker()).toHaveAccessibleDescription(
      'Name or organisation/name. Empty means fleet-prod-eu of the same organisation.',
    );
    await review();
    expect((await create()).fleetRepo).toBeUndefined();
  });

  it('prefers what the template says of it', async () => {
    form({}, { field: { description: 'Where clusters are kept' } });
    expect(await picker()).toHaveAccessibleDescription(
      'Where clusters are kept',
    );
    expect(await picker()).toHaveAttribute('placeholder', 'fleet-<cluster>');
    expect(screen.queryByText(/catalog/)).not.toBeInTheDocument();
  });

  it('says when the catalog has none', async () => {
    form({ cluster: 'prod-ap' });
    expect(
      await screen.findByText(
        'The catalog names no fleet repository for prod-ap.',
      ),
    ).toBeVisible();
    await userEvent.click(await picker());
    await userEvent.keyboard('fleet');
    expect(screen.queryByRole('listbox')).not.toBeInTheDocument();
  });

  it('says that it is looking, and why it can’t', async () => {
    const catalog = catalogApiMock.mock();
    let fail = (_: Error) => {};
    catalog.getEntities.mockReturnValue(
      new Promise((_, reject) => {
        fail = reject;
      }),
    );
    form(undefined, { catalog });
    expect(await screen.findByText(/Looking in the catalog/)).toBeVisible();
    await act(async () => fail(new Error('no connection')));
    expect(await screen.findByRole('status')).toHaveTextContent(
      'The catalog can’t be asked for fleet repositories: no connection',
    );
  });

  it('says what is wrong with it, and goes on once it is right', async () => {
    const { review, create } = form();
    await userEvent.type(await picker(), 'no%name');
    await userEvent.tab();
    await review();
    expect(await screen.findByText(/^must match pattern/)).toBeVisible();
    expect(await picker()).toHaveAccessibleDescription(/must match pattern/);
    expect(await picker()).toBeInvalid();
    await userEvent.clear(await picker());
    await userEvent.type(await picker(), 'fleet');
    await userEvent.tab();
    await review();
    expect(await create()).toMatchObject({ fleetRepo: 'fleet' });
  });
});
