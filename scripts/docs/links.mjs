import { existsSync } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { parseDocument, visit } from 'yaml';
import { proseOf } from './pages.mjs';

const link =
  /!?\[(?:[^\]\\]|\\.|!\[[^\]]*\]\([^)]*\))*\]\(<?([^)\s>]+)>?[^)]*\)/g;

/** As Python-Markdown and GitHub agree on for the headings that we write. */
function anchorsOf(page) {
  return proseOf(page)
    .split('\n')
    .map(line => /^#{1,6} (.+)$/.exec(line)?.[1])
    .filter(Boolean)
    .map(heading =>
      heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^a-z0-9_\s-]/g, '')
        .trim()
        .replace(/[\s-]+/g, '-'),
    );
}

function targetsOf(page) {
  const prose = proseOf(page).replace(/`[^`\n]*`/g, 'code');
  // An image may stand within a link; both are looked at
  const inner = [...prose.matchAll(/!\[[^\]]*\]\(([^)\s]+)[^)]*\)/g)];
  return new Set([...prose.matchAll(link), ...inner].map(([, url]) => url));
}

/** Links and images of a page that lead nowhere. */
export function linkProblems(page, pages) {
  return [...targetsOf(page)]
    .filter(url => !/^[a-z][a-z0-9+.-]*:/i.test(url))
    .flatMap(url => {
      const [path, anchor] = url.split('#');
      const target = path
        ? normalize(join(dirname(page.path), decodeURI(path)))
        : page.path;
      if (!existsSync(target)) {
        return [`${url} leads to ${target}, which is not there`];
      }
      if (page.path.startsWith('docs/') && !target.startsWith('docs/')) {
        return [
          `${url} leaves docs/, where the built page has no such file: use the address in the repository`,
        ];
      }
      const other = pages.find(candidate => candidate.path === target);
      if (anchor && other && !anchorsOf(other).includes(anchor)) {
        return [`${url}: ${target} has no heading for #${anchor}`];
      }
      return [];
    });
}

/** Where mkdocs.yml and docs/ don't agree. */
export async function navigationProblems(pages) {
  const named = [];
  const { contents } = parseDocument(await readFile('mkdocs.yml', 'utf8'));
  visit(contents.get('nav'), {
    Scalar: (key, { value }) => {
      if (key !== 'key') {
        named.push(join('docs', value));
      }
    },
  });
  const there = pages
    .map(({ path }) => path)
    .filter(path => path.startsWith('docs/'));
  return [
    ...there
      .filter(path => !named.includes(path))
      .map(path => `nav doesn't name ${path}`),
    ...named
      .filter(path => !there.includes(path))
      .map(path => `nav names ${path}, which is not there`),
    ...named
      .filter((path, index) => named.indexOf(path) !== index)
      .map(path => `nav names ${path} twice`),
  ];
}

/**
 * Symbolic links that lead out of the repository, node_modules included. TechDocs looks at all of them before it
 * builds anything, and refuses.
 */
export async function symlinkProblems() {
  const root = `${await realpath('.')}${sep}`;
  const entries = await readdir('.', { recursive: true, withFileTypes: true });
  const problems = await Promise.all(
    entries
      .filter(entry => entry.isSymbolicLink())
      .map(async ({ parentPath, name }) => {
        const path = join(parentPath, name);
        // One that leads nowhere leads nowhere else
        const target = await realpath(path).catch(() => root);
        return target.startsWith(root)
          ? []
          : [`${path} leads to ${target}, so TechDocs builds no page`];
      }),
  );
  return problems.flat();
}
