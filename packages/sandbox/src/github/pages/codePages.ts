import express, { type Router } from 'express';
import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import { z } from 'zod';
import { commitFile } from '../commitFile';
import type { GithubContext } from '../context';
import { GithubError, notFound } from '../errors';
import { isTreePath } from '../git/BareRepository';
import type { Commit } from '../git/commits';
import { diffText } from '../git/diff';
import type { TreeEntry } from '../git/trees';
import { readBody } from '../rest/body';
import type { Repository } from '../store/Repository';
import { refAndPath, repositoryOf } from './access';
import { encodePath, Html, html } from './html';
import { dateText, diffBlock, page } from './layout';

const shownBytes = 500_000;

export function commitTable(repository: Repository, commits: Commit[]): Html {
  return html`<table>
    ${commits.map(
      commit => html`<tr>
        <td>
          <a href="/${repository.fullName}/commit/${commit.sha}"
            ><code>${commit.sha.slice(0, 7)}</code></a
          >
        </td>
        <td>${commit.message.split('\n')[0]}</td>
        <td class="muted">
          ${commit.author.name}, ${dateText(commit.committer.date)}
        </td>
      </tr>`,
    )}
  </table>`;
}

function treeTable(
  repository: Repository,
  ref: string,
  directory: string,
  entries: TreeEntry[],
): Html {
  const sorted = [...entries].sort(
    (a, b) =>
      Number(b.type === 'tree') - Number(a.type === 'tree') ||
      a.path.localeCompare(b.path),
  );
  return html`<table>
    ${sorted.map(entry => {
      const kind = entry.type === 'tree' ? 'tree' : 'blob';
      const path = encodePath(posix.join(directory, entry.path));
      return html`<tr>
        <td>
          <a href="/${repository.fullName}/${kind}/${encodePath(ref)}/${path}"
            >${entry.path}${entry.type === 'tree' && '/'}</a
          >
        </td>
        <td class="muted">
          ${entry.size !== undefined && `${entry.size} bytes`}
        </td>
      </tr>`;
    })}
  </table>`;
}

/** Repositories, trees, files, commits, and the editor. */
export function addCodePages(router: Router, context: GithubContext): void {
  const { repositories, url } = context;

  const list = (title: string, found: Repository[]) =>
    page({
      title,
      body: html`<table>
        ${found.map(
          r => html`<tr>
            <td><a href="/${r.fullName}">${r.fullName}</a></td>
            <td>${r.record.value.description}</td>
          </tr>`,
        )}
      </table>`,
    });

  router.get('/', async (_request, response) => {
    response.send(list('Repositories', repositories.list()));
  });

  router.get('/:owner', async (request, response) => {
    const { owner } = request.params;
    const found = repositories.list(owner);
    if (found.length === 0 && !context.organizations.includes(owner)) {
      throw notFound();
    }
    response.send(list(owner, found));
  });

  router.get(
    ['/:owner/:repo', '/:owner/:repo/tree/:rest(*)'],
    async (request, response) => {
      const repository = repositoryOf(context, request);
      const { fullName, git } = repository;
      const clone = html`<p>
        Clone: <code>git clone ${url}/${fullName}.git</code>
      </p>`;
      if (!(await repository.defaultCommit()) && !request.params.rest) {
        response.send(
          page({
            title: repository.name,
            repository: fullName,
            body: html`<p>This repository is empty.</p>
              ${clone}`,
          }),
        );
        return;
      }
      const { ref, sha, path } = await refAndPath(
        repository,
        request.params.rest ?? repository.defaultBranch,
      );
      const entry = await git.entry(sha, path);
      if (entry?.type !== 'tree') {
        throw notFound();
      }
      const entries = (await git.tree(entry.sha)) ?? [];
      const readme = entries.find(e => /^readme(\.md)?$/i.test(e.path));
      const text = readme && (await git.blob(readme.sha));
      const open = repository.details.value.pulls.filter(
        p => p.state === 'open',
      );
      const commits = await git.commits(sha, { limit: 10, path });
      response.send(
        page({
          title: path || repository.name,
          repository: fullName,
          body: html`<p class="muted">
              ${repository.record.value.description} Branch ${ref}.
            </p>
            ${open.length > 0 &&
            html`<h2>Open pull requests</h2>
              <ul>
                ${open.map(
                  p => html`<li>
                    <a href="/${fullName}/pull/${p.number}"
                      >${p.title} #${p.number}</a
                    >
                  </li>`,
                )}
              </ul>`}
            <h2>Files</h2>
            ${treeTable(repository, ref, path, entries)}
            ${text &&
            html`<h2>${readme.path}</h2>
              <pre>${text.subarray(0, shownBytes).toString('utf8')}</pre>`}
            <h2>Recent commits</h2>
            ${commitTable(repository, commits)} ${clone}`,
        }),
      );
    },
  );

  router.get(
    '/:owner/:repo/:kind(blob|raw)/:rest(*)',
    async (request, response) => {
      const repository = repositoryOf(context, request);
      const { fullName, git } = repository;
      const at = await refAndPath(repository, request.params.rest);
      const content = await git.file(at.sha, at.path);
      if (!content) {
        throw notFound();
      }
      if (request.params.kind === 'raw') {
        response.type(isUtf8(content) ? 'text/plain' : 'bin').send(content);
        return;
      }
      const isBranch = (await git.refs())[`refs/heads/${at.ref}`];
      const path = `${encodePath(at.ref)}/${encodePath(at.path)}`;
      response.send(
        page({
          title: at.path,
          repository: fullName,
          body: html`<p>
              ${isBranch &&
              isUtf8(content) &&
              html`<a href="/${fullName}/edit/${path}">Edit file</a> · `}
              <a href="/${fullName}/raw/${path}">Raw</a>
            </p>
            ${isUtf8(content)
              ? html`<pre>
${content.subarray(0, shownBytes).toString('utf8')}</pre
                >`
              : html`<p>Binary file, ${content.length} bytes</p>`}`,
        }),
      );
    },
  );

  const edit = '/:owner/:repo/edit/:rest(*)';

  router.get(edit, async (request, response) => {
    const repository = repositoryOf(context, request);
    const { fullName, git } = repository;
    const { ref, sha, path } = await refAndPath(
      repository,
      request.params.rest,
    );
    const entry = await git.entry(sha, path);
    const content = entry && (await git.blob(entry.sha));
    if (!content || !isUtf8(content)) {
      throw notFound();
    }
    // HTML drops one line break after <textarea>.
    response.send(
      page({
        title: `Edit ${path}`,
        repository: fullName,
        body: html`<form method="post">
          <input type="hidden" name="sha" value="${entry.sha}" />
          <label
            >Content
            <textarea name="content" spellcheck="false">
${content.toString('utf8')}</textarea
            >
          </label>
          <label
            >Commit message
            <input
              type="text"
              name="message"
              required
              maxlength="200"
              value="Update ${posix.basename(path)}"
            />
          </label>
          <button>Commit to ${ref}</button>
        </form>`,
      }),
    );
  });

  router.post(
    edit,
    express.urlencoded({ extended: false, limit: '10mb' }),
    async (request, response) => {
      const repository = repositoryOf(context, request);
      const { ref, path } = await refAndPath(repository, request.params.rest);
      const form = readBody(
        request,
        'Content',
        z.object({
          content: z.string(),
          message: z.string().trim().min(1).max(200),
          sha: z.string(),
        }),
      );
      if (!isTreePath(path)) {
        throw new GithubError(422, `${path} is not a path of a file`);
      }
      const { commit } = await commitFile(repositories, repository, {
        branch: ref,
        path,
        // Browsers send line breaks as CRLF.
        content: Buffer.from(form.content.replace(/\r\n/g, '\n')),
        message: form.message,
        expected: form.sha,
        login: context.webLogin,
      });
      response.redirect(303, `/${repository.fullName}/commit/${commit.sha}`);
    },
  );

  router.get(
    ['/:owner/:repo/commits', '/:owner/:repo/commits/:rest(*)'],
    async (request, response) => {
      const repository = repositoryOf(context, request);
      const { ref, sha, path } = await refAndPath(
        repository,
        request.params.rest ?? repository.defaultBranch,
      );
      const commits = await repository.git.commits(sha, { limit: 100, path });
      response.send(
        page({
          title: `Commits of ${path || ref}`,
          repository: repository.fullName,
          body: commitTable(repository, commits),
        }),
      );
    },
  );

  router.get('/:owner/:repo/commit/:sha', async (request, response) => {
    const repository = repositoryOf(context, request);
    const sha = await repository.git.resolve(request.params.sha);
    if (!sha) {
      throw notFound();
    }
    const commit = await repository.git.commit(sha);
    const [title, ...rest] = commit.message.split('\n');
    const diff = await diffText(repository.git, commit.parents[0], sha);
    response.send(
      page({
        title,
        repository: repository.fullName,
        body: html`${rest.join('\n').trim() &&
          html`<pre>${rest.join('\n').trim()}</pre>`}
          <p class="muted">
            ${commit.author.name} &lt;${commit.author.email}&gt;,
            ${dateText(commit.committer.date)}, <code>${sha}</code>
          </p>
          ${diffBlock(diff)}`,
      }),
    );
  });
}
