import { buildSchema, graphql } from 'graphql';
import type { Request } from 'express';
import type { GithubContext } from './context';
import { GithubError } from './errors';
import { Views } from './rest/views';
import type { Repository } from './store/Repository';

/** The part of GitHub's schema that Backstage queries; anything else is a GraphQL error that names the field. */
const schema = buildSchema(/* GraphQL */ `
  enum PullRequestState {
    OPEN
    CLOSED
    MERGED
  }
  enum RepositoryVisibility {
    PUBLIC
    PRIVATE
  }
  type PageInfo {
    hasNextPage: Boolean!
    endCursor: String
  }
  type PullRequest {
    id: ID!
    number: Int!
    url: String!
    title: String!
  }
  type PullRequestEdge {
    node: PullRequest
  }
  type PullRequestConnection {
    edges: [PullRequestEdge]
    nodes: [PullRequest]
    totalCount: Int!
  }
  type Ref {
    name: String!
    associatedPullRequests(
      first: Int
      states: [PullRequestState!]
    ): PullRequestConnection!
  }
  interface GitObject {
    id: ID!
    oid: String!
  }
  type Blob implements GitObject {
    id: ID!
    oid: String!
    text: String
    byteSize: Int!
  }
  type Tree implements GitObject {
    id: ID!
    oid: String!
  }
  type Topic {
    name: String!
  }
  type RepositoryTopic {
    topic: Topic!
  }
  type RepositoryTopicConnection {
    nodes: [RepositoryTopic]
  }
  type Repository {
    id: ID!
    name: String!
    nameWithOwner: String!
    url: String!
    isArchived: Boolean!
    isFork: Boolean!
    visibility: RepositoryVisibility!
    defaultBranchRef: Ref
    repositoryTopics(first: Int): RepositoryTopicConnection!
    object(expression: String): GitObject
    ref(qualifiedName: String!): Ref
  }
  type RepositoryConnection {
    nodes: [Repository]
    pageInfo: PageInfo!
    totalCount: Int!
  }
  type RepositoryOwner {
    login: String!
    repositories(first: Int, after: String): RepositoryConnection!
    repository(name: String!): Repository
  }
  type Query {
    repository(owner: String!, name: String!): Repository
    repositoryOwner(login: String!): RepositoryOwner
  }
`);

function refResolver(repository: Repository, views: Views, branch: string) {
  const base = views.repoHtml(repository);
  return {
    name: branch,
    associatedPullRequests({
      first = 10,
      states,
    }: {
      first?: number;
      states?: string[];
    }) {
      const nodes = repository.details.value.pulls
        .filter(p => p.head.ref === branch)
        .filter(p => {
          const closed = p.mergedAt ? 'MERGED' : 'CLOSED';
          return (
            !states || states.includes(p.state === 'open' ? 'OPEN' : closed)
          );
        })
        .slice(0, first)
        .map(p => ({ ...p, url: `${base}/pull/${p.number}` }));
      return {
        nodes,
        edges: nodes.map(node => ({ node })),
        totalCount: nodes.length,
      };
    },
  };
}

async function objectAt(repository: Repository, expression: string) {
  const colon = expression.indexOf(':');
  const ref = expression.slice(0, colon);
  const commit = colon > 0 ? await repository.git.resolve(ref) : undefined;
  const path = expression.slice(colon + 1);
  const entry = commit ? await repository.git.entry(commit, path) : undefined;
  if (!entry || entry.type === 'commit') {
    return null;
  }
  return {
    __typename: entry.type === 'tree' ? 'Tree' : 'Blob',
    id: entry.sha,
    oid: entry.sha,
    byteSize: entry.size,
    text: async () => (await repository.git.blob(entry.sha))?.toString('utf8'),
  };
}

function repositoryResolver(repository: Repository, views: Views) {
  const record = repository.record.value;
  return {
    id: String(record.id),
    name: record.name,
    nameWithOwner: repository.fullName,
    url: views.repoHtml(repository),
    isArchived: record.archived,
    isFork: false,
    visibility: record.private ? 'PRIVATE' : 'PUBLIC',
    defaultBranchRef: record.empty
      ? null
      : refResolver(repository, views, record.defaultBranch),
    repositoryTopics: () => ({
      nodes: record.topics.map(name => ({ topic: { name } })),
    }),
    object: ({ expression }: { expression?: string }) =>
      objectAt(repository, expression ?? 'HEAD:'),
    ref: async ({ qualifiedName }: { qualifiedName: string }) => {
      const branch = qualifiedName.replace(/^refs\/heads\//, '');
      const sha = await repository.git.resolve(`refs/heads/${branch}`);
      return sha ? refResolver(repository, views, branch) : null;
    },
  };
}

/** Answers one GraphQL request; like GitHub, failures are in `errors` of a 200. */
export async function answerGraphql(context: GithubContext, request: Request) {
  context.auth.require(request, 'read');
  const views = new Views(context);
  const { query, variables } = (request.body ?? {}) as Record<string, any>;
  if (typeof query !== 'string') {
    throw new GithubError(400, 'A query attribute must be specified');
  }
  const result = await graphql({
    schema,
    source: query,
    variableValues: variables,
    rootValue: {
      repository: ({ owner, name }: { owner: string; name: string }) => {
        const found = context.repositories.get(owner, name);
        return found ? repositoryResolver(found, views) : null;
      },
      repositoryOwner: ({ login }: { login: string }) => {
        const all = context.repositories.list(login);
        return {
          login,
          repository: ({ name }: { name: string }) => {
            const found = context.repositories.get(login, name);
            return found ? repositoryResolver(found, views) : null;
          },
          repositories: ({
            first = 30,
            after,
          }: {
            first?: number;
            after?: string;
          }) => {
            const start = after ? Number.parseInt(after, 10) || 0 : 0;
            const end = start + Math.min(Math.max(first, 1), 100);
            return {
              nodes: all
                .slice(start, end)
                .map(r => repositoryResolver(r, views)),
              totalCount: all.length,
              pageInfo: {
                hasNextPage: end < all.length,
                endCursor: String(Math.min(end, all.length)),
              },
            };
          },
        };
      },
    },
  });
  for (const error of result.errors ?? []) {
    context.logger.warn(`GitHub double: GraphQL: ${error.message}`);
  }
  return result;
}
