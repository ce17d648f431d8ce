export type Status = 'queued' | 'in_progress' | 'completed';
export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped';

export type StepRecord = {
  number: number;
  name: string;
  status: Status;
  conclusion: Conclusion | null;
  startedAt: string | null;
  completedAt: string | null;
};

export type JobRecord = {
  id: number;
  /** Its key in the workflow file. */
  key: string;
  name: string;
  status: Status;
  conclusion: Conclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  steps: StepRecord[];
  /** As the workflow declares them; nothing here needs or gives more. */
  permissions?: unknown;
  /** What the steps wrote to GITHUB_STEP_SUMMARY. */
  summary?: string;
};

export type RunRecord = {
  id: number;
  number: number;
  attempt: number;
  /** The workflow's name. */
  name: string;
  /** `.github/workflows/ci.yml` */
  path: string;
  title: string;
  event: 'push';
  headBranch: string;
  headSha: string;
  actor: string;
  status: Status;
  conclusion: Conclusion | null;
  /** Why the run could not start, e.g. a workflow file that is not valid. */
  problem?: string;
  createdAt: string;
  startedAt: string | null;
  updatedAt: string;
  jobs: JobRecord[];
};
