import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { NotAllowedError } from '@backstage/errors';
import { FakeFluxApi, views } from '../../__fixtures__';
import { renderFlux } from '../../__testUtils__/renderFlux';
import { FluxCard } from '../card/FluxCard';
import { FluxTab } from './FluxTab';

function setVisible(visible: boolean) {
  jest
    .spyOn(document, 'visibilityState', 'get')
    .mockReturnValue(visible ? 'visible' : 'hidden');
  act(() => {
    document.dispatchEvent(new Event('visibilitychange'));
  });
}

const page = (
  <>
    <FluxCard />
    <FluxCard />
    <FluxTab />
  </>
);

describe('a page with two cards and the tab', () => {
  afterEach(() => jest.restoreAllMocks());

  it('has one stream, shows what it brings, and closes it with the page', async () => {
    const api = new FakeFluxApi(views.failing());
    const { unmount } = renderFlux(page, api);
    expect(await screen.findByText('Live · 2 clusters')).toBeInTheDocument();
    expect(api.streams).toHaveLength(1);
    act(() => api.show(views.suspended()));
    await waitFor(() =>
      expect(screen.getAllByText(/Suspended for 2 h/)).toHaveLength(3),
    );
    expect(api.looks).toEqual([]);
    unmount();
    await waitFor(() => expect(api.openStreams).toEqual([]));
  });

  it('has none while it is hidden, and shows what was missed', async () => {
    const api = new FakeFluxApi(views.failing());
    renderFlux(page, api);
    await screen.findByText('Live · 2 clusters');
    setVisible(false);
    await waitFor(() => expect(api.openStreams).toEqual([]));
    api.show(views.suspended());
    expect(screen.queryByText(/Suspended for 2 h/)).not.toBeInTheDocument();
    setVisible(true);
    await waitFor(() =>
      expect(screen.getAllByText(/Suspended for 2 h/)).toHaveLength(3),
    );
    expect(api.streams).toHaveLength(2);
  });

  it('says when it reconnects, why, and comes back when told to', async () => {
    const api = new FakeFluxApi(views.failing());
    renderFlux(page, api);
    await screen.findByText('Live · 2 clusters');
    api.failure = new Error('no connection');
    act(() => api.endStreams());
    const mark = await screen.findByRole('button', {
      name: 'Reconnecting… · 2 clusters',
    });
    // The two cards, which say nothing while all is well
    expect(
      screen.getAllByRole('button', { name: 'Reconnecting…' }),
    ).toHaveLength(2);
    // A tooltip waits for a pointer that has moved
    await userEvent.hover(document.body);
    await userEvent.hover(mark);
    expect(await screen.findByRole('tooltip')).toHaveTextContent(
      'Updates are lost (no connection). Press to try now.',
    );
    api.failure = undefined;
    await userEvent.click(mark);
    expect(await screen.findByText('Live · 2 clusters')).toBeInTheDocument();
    expect(screen.queryByText('Reconnecting…')).not.toBeInTheDocument();
  });

  it('says that it polls where streams are held back', async () => {
    const api = new FakeFluxApi(views.failing());
    api.holdsStreamsBack = true;
    renderFlux(page, api);
    expect(
      await screen.findByRole('button', {
        name: 'Updates every 30 s · 2 clusters',
      }),
    ).toBeInTheDocument();
  });

  it('shows nothing of before once the permission is gone', async () => {
    const api = new FakeFluxApi(views.failing());
    renderFlux(page, api);
    await screen.findByText('Live · 2 clusters');
    api.refusal = new NotAllowedError('Ask the owner');
    act(() => api.show(views.failing()));
    expect(await screen.findAllByText('flux.resource.read')).toHaveLength(3);
    for (const card of screen.getAllByRole('region', { name: 'Flux' })) {
      expect(within(card).queryByText('prod-eu')).not.toBeInTheDocument();
    }
  });
});
