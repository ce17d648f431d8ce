import { parseEntityRef } from '@backstage/catalog-model';
import { promises as fs } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { createTemplateRenderer } from 'nunjitsu';
import picomatch from 'picomatch';
import { parse } from 'yaml';

/** Contents by path, with `/` as separator. */
export type Files = Map<string, string>;

/**
 * Renders a folder of a template with the scaffolder's own engine and the settings of the template's own
 * step, so that what is there at the start is what "Create…" makes.
 */
export async function renderFolder(
  template: string,
  folder: string,
  values: Record<string, string | boolean>,
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
    const text = await fs.readFile(path, 'utf8');
    files.set(
      renderer.render(name, { values }),
      isRaw(name) ? text : renderer.render(text, { values }),
    );
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
  const step = parse(text).spec.steps.find(
    (s: { input?: { url?: string } }) => s.input?.url === `./${folder}`,
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
