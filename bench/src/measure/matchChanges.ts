import { MadeChange } from '../clusters/ChangeMaker';
import { SeenChange } from '../load/Tab';

/**
 * How long changes took to arrive. A change that was overtaken by a later one of the same application in the same cluster counts
 * as arrived with it; those that had not arrived at the end are counted apart.
 */
export function matchChanges(
  made: readonly MadeChange[],
  seenByTab: readonly (readonly SeenChange[])[],
  applicationsOfTabs: readonly string[],
): { ms: number[]; missing: number } {
  const ms: number[] = [];
  let missing = 0;
  seenByTab.forEach((seen, i) => {
    const sorted = [...seen].sort((a, b) => a.at - b.at);
    for (const change of made) {
      if (change.application !== applicationsOfTabs[i]) {
        continue;
      }
      const tellsOfIt = new Set(
        made
          .filter(
            ({ application, cluster, number }) =>
              application === change.application &&
              cluster === change.cluster &&
              number >= change.number,
          )
          .map(({ number }) => number),
      );
      const found = sorted.find(({ number }) => tellsOfIt.has(number));
      if (found) {
        ms.push(found.at - change.at);
      } else {
        missing += 1;
      }
    }
  });
  return { ms, missing };
}
