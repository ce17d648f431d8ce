/** Reads the body of an answer line by line, as they come. */
export function lines(response: Response) {
  const reader = response
    .body!.pipeThrough(new TextDecoderStream())
    .getReader();
  let rest = '';
  return async function next(): Promise<string | undefined> {
    for (;;) {
      const end = rest.indexOf('\n');
      if (end >= 0) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 1);
        return line;
      }
      const { value, done } = await reader.read();
      if (done) {
        return undefined;
      }
      rest += value;
    }
  };
}
