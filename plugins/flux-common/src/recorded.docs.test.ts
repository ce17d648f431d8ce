import { expectCommitted, projectFile } from './__fixtures__/committed';
import { recordedStatesPage } from './__fixtures__/recordedStatesPage';

describe('docs/recorded-states.md', () => {
  it('says what the rules say of the recordings', () => {
    expectCommitted(
      projectFile('docs/recorded-states.md'),
      recordedStatesPage(),
    );
  });
});
