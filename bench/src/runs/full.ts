import { Log } from '../report/Log';
import { machine } from '../report/machine';
import { measureAccess } from './sections/access';
import { measureHung } from './sections/hung';
import { measureTabs } from './sections/tabs';
import { measureWorlds } from './sections/worlds';

const sections = {
  views: measureWorlds,
  tabs: measureTabs,
  access: measureAccess,
  hung: measureHung,
};

export type SectionName = keyof typeof sections;

export const sectionNames = Object.keys(sections) as SectionName[];

type Section<N extends SectionName> = {
  machine: string;
  date: string;
  rows: Awaited<ReturnType<(typeof sections)[N]>>;
};

export type FullResult = { [N in SectionName]?: Section<N> };

/** Measures all, or some sections; the others stay as they were. Calls back after each. */
export async function full(
  log: Log,
  options: { only: SectionName[]; before: FullResult },
  onSection: (result: FullResult) => void,
): Promise<FullResult> {
  const result: Record<string, unknown> = { ...options.before };
  for (const name of options.only) {
    log.step(name);
    result[name] = {
      machine: machine(),
      date: new Date().toISOString().slice(0, 10),
      rows: await sections[name](log),
    };
    onSection(result);
  }
  return result;
}
