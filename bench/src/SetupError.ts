/** Says what the person has to do first; printed without a stack. */
export class SetupError extends Error {}
