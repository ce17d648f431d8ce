/** The error in other words. What a signal was aborted with lets nobody change its own. */
export function withMessage(error: Error, message: string): Error {
  const reworded = new Error(message, { cause: error });
  reworded.name = error.name;
  return reworded;
}
