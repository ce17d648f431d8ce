import { parseEntityRef } from '@backstage/catalog-model';
import { promises as fs } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { createTemplateRenderer } from 'nunjitsu';
import picomatch from 'picomatch';
import { parse } from 'yaml';

/** Contents by path, with `/` as separator. */
export type Files = Map<string, string>;

/** What a template's files are rendered with. */
export type TemplateValues = Record<
  string,
  | string
  | boolean
  | Record<string, string | boolean>
  | Record<string, string | boolean>[]
>;

/**
 * Renders a folder of a template with the scaffolder's own engine and the settings of the template's own
 * step, so that what is there at the start is what "Create…" makes.
 */
export async function renderFolder(
  template: string,
  folder: string,
  values: TemplateValues,
): Promise<Files> {
  const settings = await renderSettings(template, folder);
  const renderer = createTemplateRenderer({
    trimBlocks: settings.trimBlocks,
    lstripBlocks: settings.lstripBlocks,
    filters: { parseEntityRef: ref => ({ ...parseEntityRef(String(ref)) }) },
  });
  const isRaw = picomatch(settings.copyWithoutTemplating ?? [], { dot: true });
  const root = join(template, folder);
  const files: Files = new Map();
  const entries = await fs.readdir(root, {
    recursive: true,
    withFileTypes: true,
  });
  for (const entry of entries.filter(e => e.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(root, path).split(sep).join('/');
    const target = renderer.render(name, { values });
    // The scaffolder leaves out a file whose name comes to nothing
    if (!target) {
      continue;
    }
    const text = await fs.readFile(path, 'utf8');
    files.set(target, isRaw(name) ? text : renderer.render(text, { values }));
  }
  return files;
}

interface RenderSettings {
  trimBlocks?: boolean;
  lstripBlocks?: boolean;
  copyWithoutTemplating?: string[];
}

async function renderSettings(
  template: string,
  folder: string,
): Promise<RenderSettings> {
  const text = await fs.readFile(join(template, 'template.yaml'), 'utf8');
  // What follows the first folder may be chosen by the form: ./stacks/${{ parameters.stack }}
  const [top] = folder.split('/');
  const step = parse(text).spec.steps.find(
    (s: { input?: { url?: string } }) => s.input?.url?.split('/')[1] === top,
  );
  if (!step) {
    throw new Error(`No step of ${template} renders ./${folder}`);
  }
  return step.input;
}

/** Throws when nothing was replaced: then the template has changed and the seed has to follow. */
export function replaceIn(
  files: Files,
  pattern: RegExp,
  replacement: string | ((match: string) => string),
  only?: string[],
): void {
  let found = false;
  for (const [path, text] of files) {
    if (!only || only.includes(path)) {
      const changed = text.replace(pattern, replacement as string);
      if (changed !== text) {
        found = true;
        files.set(path, changed);
      }
    }
  }
  if (!found) {
    throw new Error(
      `The seed expects ${pattern} in ${
        only?.join(', ') ?? 'one of the files'
      }`,
    );
  }
}
