import { World } from '../world/World';
import { pollingTabs } from './views';

const PATIENCE_MS = 30_000;

/** How long the baseline takes for a tab's cards, or undefined when there is no answer within 30 seconds. */
export async function pollWithPatience(
  world: World,
): Promise<number | undefined> {
  const [tab] = await pollingTabs(world, 1);
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    return (await tab.pollOnce(patience)).ms;
  } catch (error) {
    if (patience.aborted) {
      return undefined;
    }
    throw error;
  } finally {
    tab.close();
  }
}
