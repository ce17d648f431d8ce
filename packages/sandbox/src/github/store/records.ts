export type RepositoryRecord = {
  id: number;
  owner: string;
  name: string;
  description: string | null;
  homepage: string | null;
  private: boolean;
  archived: boolean;
  defaultBranch: string;
  /** True until the first push has decided what the default branch is. */
  empty: boolean;
  topics: string[];
  createdAt: string;
  updatedAt: string;
  pushedAt: string | null;
  /** The merge and feature settings that a client sent, shown as they were sent. */
  settings: Record<string, unknown>;
};

export type DeployKeyRecord = {
  id: number;
  title: string;
  /** Type and base64, without comment, as GitHub stores it. */
  key: string;
  readOnly: boolean;
  addedBy: string;
  createdAt: string;
};

export type PullRecord = {
  id: number;
  number: number;
  title: string;
  body: string | null;
  draft: boolean;
  state: 'open' | 'closed';
  user: string;
  head: { ref: string; sha: string };
  base: { ref: string; sha: string };
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  mergedAt: string | null;
  mergedBy: string | null;
  mergeCommitSha: string | null;
  requestedReviewers: string[];
  requestedTeams: string[];
  assignees: string[];
  labels: string[];
};

/** What is known of a repository beside its git data. */
export type RepositoryDetails = {
  keys: DeployKeyRecord[];
  pulls: PullRecord[];
  /** By branch; as the client sent it. */
  protection: Record<string, Record<string, unknown>>;
  requiredSignatures: string[];
  collaborators: Record<string, string>;
  teams: Record<string, string>;
  variables: Record<string, string>;
  /** Sealed with the repository's public key; never opened. */
  secrets: Record<string, { value: string; keyId: string; updatedAt: string }>;
  oidcCustomization?: Record<string, unknown>;
  workflowAccess?: string;
  /** Who watches the repository. */
  subscribers: string[];
};

export const emptyDetails = (): RepositoryDetails => ({
  keys: [],
  pulls: [],
  protection: {},
  requiredSignatures: [],
  collaborators: {},
  teams: {},
  variables: {},
  secrets: {},
  subscribers: [],
});
