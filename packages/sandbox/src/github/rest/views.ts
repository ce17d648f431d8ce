import type { GithubContext } from '../context';
import type { Principal } from '../auth';
import type { Commit } from '../git/commits';
import type { TreeEntry } from '../git/trees';
import type { DeployKeyRecord, PullRecord } from '../store/records';
import type { Repository } from '../store/Repository';
import { userId } from './userId';

/** The JSON shapes of GitHub's REST API, with the fields that clients of this double read. */
export class Views {
  readonly #context: GithubContext;

  constructor(context: GithubContext) {
    this.#context = context;
  }

  api(path: string): string {
    return `${this.#context.url}/api/v3${path}`;
  }

  html(path: string): string {
    return `${this.#context.url}${path}`;
  }

  repoApi(repository: Repository, path = ''): string {
    return this.api(`/repos/${repository.fullName}${path}`);
  }

  repoHtml(repository: Repository, path = ''): string {
    return this.html(`/${repository.fullName}${path}`);
  }

  user(login: string) {
    const organization = this.#context.organizations.includes(login);
    return {
      login,
      id: userId(login),
      node_id: Buffer.from(`User:${login}`).toString('base64'),
      avatar_url: '',
      url: this.api(`/users/${login}`),
      html_url: this.html(`/${login}`),
      type: organization ? 'Organization' : 'User',
      site_admin: false,
    };
  }

  repository(repository: Repository, principal?: Principal) {
    const { fullName } = repository;
    const record = repository.record.value;
    const api = this.repoApi(repository);
    return {
      id: record.id,
      node_id: Buffer.from(`Repository:${record.id}`).toString('base64'),
      name: record.name,
      full_name: fullName,
      private: record.private,
      visibility: record.private ? 'private' : 'public',
      owner: this.user(record.owner),
      html_url: this.repoHtml(repository),
      description: record.description,
      homepage: record.homepage,
      fork: false,
      url: api,
      archive_url: `${api}/{archive_format}{/ref}`,
      branches_url: `${api}/branches{/branch}`,
      commits_url: `${api}/commits{/sha}`,
      contents_url: `${api}/contents/{+path}`,
      git_commits_url: `${api}/git/commits{/sha}`,
      git_refs_url: `${api}/git/refs{/sha}`,
      keys_url: `${api}/keys{/key_id}`,
      pulls_url: `${api}/pulls{/number}`,
      statuses_url: `${api}/statuses/{sha}`,
      trees_url: `${api}/git/trees{/sha}`,
      git_url: this.html(`/${fullName}.git`),
      ssh_url: `${this.#context.sshUrl}/${fullName}.git`,
      clone_url: this.html(`/${fullName}.git`),
      default_branch: record.defaultBranch,
      size: record.empty ? 0 : 1,
      archived: record.archived,
      disabled: false,
      topics: record.topics,
      has_issues: false,
      has_wiki: false,
      has_projects: false,
      open_issues_count: this.#openPulls(repository),
      created_at: record.createdAt,
      updated_at: record.updatedAt,
      pushed_at: record.pushedAt,
      ...record.settings,
      ...(principal && {
        permissions: {
          admin: principal.permission === 'admin',
          maintain: principal.permission === 'admin',
          push: principal.permission !== 'read',
          triage: principal.permission !== 'read',
          pull: true,
        },
      }),
    };
  }

  #openPulls(repository: Repository): number {
    return repository.details.value.pulls.filter(p => p.state === 'open')
      .length;
  }

  gitCommit(repository: Repository, commit: Commit) {
    return {
      sha: commit.sha,
      node_id: Buffer.from(`Commit:${commit.sha}`).toString('base64'),
      url: this.repoApi(repository, `/git/commits/${commit.sha}`),
      html_url: this.repoHtml(repository, `/commit/${commit.sha}`),
      author: commit.author,
      committer: commit.committer,
      tree: {
        sha: commit.tree,
        url: this.repoApi(repository, `/git/trees/${commit.tree}`),
      },
      message: commit.message,
      parents: this.#parents(repository, commit),
      verification: {
        verified: false,
        reason: 'unsigned',
        signature: null,
        payload: null,
      },
    };
  }

  #parents(repository: Repository, commit: Commit) {
    return commit.parents.map(sha => ({
      sha,
      url: this.repoApi(repository, `/commits/${sha}`),
      html_url: this.repoHtml(repository, `/commit/${sha}`),
    }));
  }

  commit(repository: Repository, commit: Commit) {
    const { tree, message, author, committer, verification, url } =
      this.gitCommit(repository, commit);
    return {
      sha: commit.sha,
      node_id: Buffer.from(`Commit:${commit.sha}`).toString('base64'),
      url: this.repoApi(repository, `/commits/${commit.sha}`),
      html_url: this.repoHtml(repository, `/commit/${commit.sha}`),
      commit: {
        author,
        committer,
        message,
        tree,
        url,
        comment_count: 0,
        verification,
      },
      // Commits are not matched to accounts by their addresses here.
      author: null,
      committer: null,
      parents: this.#parents(repository, commit),
    };
  }

  content(repository: Repository, entry: TreeEntry, ref: string) {
    const path = entry.path.split('/').map(encodeURIComponent).join('/');
    const type = { blob: 'file', tree: 'dir', commit: 'submodule' }[entry.type];
    const page = entry.type === 'tree' ? 'tree' : 'blob';
    const url = this.repoApi(
      repository,
      `/contents/${path}?ref=${encodeURIComponent(ref)}`,
    );
    const gitUrl = this.repoApi(
      repository,
      `/git/${entry.type === 'tree' ? 'trees' : 'blobs'}/${entry.sha}`,
    );
    const htmlUrl = this.repoHtml(repository, `/${page}/${ref}/${path}`);
    return {
      name: entry.path.split('/').pop() ?? '',
      path: entry.path,
      sha: entry.sha,
      size: entry.size ?? 0,
      type: entry.mode === '120000' ? 'symlink' : type,
      url,
      git_url: gitUrl,
      html_url: htmlUrl,
      download_url:
        entry.type === 'blob'
          ? this.repoHtml(repository, `/raw/${ref}/${path}`)
          : null,
      _links: { self: url, git: gitUrl, html: htmlUrl },
    };
  }

  deployKey(repository: Repository, key: DeployKeyRecord) {
    return {
      id: key.id,
      key: key.key,
      url: this.repoApi(repository, `/keys/${key.id}`),
      title: key.title,
      verified: true,
      created_at: key.createdAt,
      read_only: key.readOnly,
      added_by: key.addedBy,
      last_used: null,
      enabled: true,
    };
  }

  pull(repository: Repository, pull: PullRecord) {
    const api = this.repoApi(repository, `/pulls/${pull.number}`);
    const side = ({ ref, sha }: { ref: string; sha: string }) => ({
      label: `${repository.owner}:${ref}`,
      ref,
      sha,
      user: this.user(repository.owner),
      repo: this.repository(repository),
    });
    return {
      id: pull.id,
      node_id: Buffer.from(`PullRequest:${pull.id}`).toString('base64'),
      number: pull.number,
      state: pull.state,
      draft: pull.draft,
      locked: false,
      title: pull.title,
      body: pull.body,
      url: api,
      html_url: this.repoHtml(repository, `/pull/${pull.number}`),
      diff_url: this.repoHtml(repository, `/pull/${pull.number}.diff`),
      user: this.user(pull.user),
      head: side(pull.head),
      base: side(pull.base),
      created_at: pull.createdAt,
      updated_at: pull.updatedAt,
      closed_at: pull.closedAt,
      merged_at: pull.mergedAt,
      merged: pull.mergedAt !== null,
      merged_by: pull.mergedBy ? this.user(pull.mergedBy) : null,
      merge_commit_sha: pull.mergeCommitSha,
      assignees: pull.assignees.map(login => this.user(login)),
      requested_reviewers: pull.requestedReviewers.map(l => this.user(l)),
      requested_teams: pull.requestedTeams.map(slug => ({ slug, name: slug })),
      labels: pull.labels.map(name => ({ name })),
    };
  }

  /** Branch protection as GitHub shows it: what was sent as a switch comes back as an object. */
  protection(
    repository: Repository,
    branch: string,
    rules: Record<string, unknown>,
  ) {
    const enabled = (value: unknown) => ({ enabled: value === true });
    return {
      url: this.repoApi(
        repository,
        `/branches/${encodeURIComponent(branch)}/protection`,
      ),
      ...(rules.required_status_checks
        ? { required_status_checks: rules.required_status_checks }
        : {}),
      ...(rules.required_pull_request_reviews
        ? { required_pull_request_reviews: rules.required_pull_request_reviews }
        : {}),
      ...(rules.restrictions ? { restrictions: rules.restrictions } : {}),
      enforce_admins: enabled(rules.enforce_admins),
      required_linear_history: enabled(rules.required_linear_history),
      required_conversation_resolution: enabled(
        rules.required_conversation_resolution,
      ),
      block_creations: enabled(rules.block_creations),
      required_signatures: enabled(
        repository.details.value.requiredSignatures.includes(branch),
      ),
    };
  }

  branch(repository: Repository, name: string, commit: Commit) {
    const protection = repository.details.value.protection[name];
    return {
      name,
      commit: this.commit(repository, commit),
      protected: protection !== undefined,
      protection_url: this.repoApi(
        repository,
        `/branches/${encodeURIComponent(name)}/protection`,
      ),
    };
  }
}
