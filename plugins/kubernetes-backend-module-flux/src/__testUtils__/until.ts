/** Waits for what happens soon, and fails when it doesn't. */
export async function until(condition: () => boolean, what: string) {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) {
      throw new Error(`This did not happen: ${what}`);
    }
    await new Promise(resolve => {
      setTimeout(resolve, 5);
    });
  }
}
