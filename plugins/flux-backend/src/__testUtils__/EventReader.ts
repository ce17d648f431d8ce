/** Reads the events of a stream one by one. */
export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';

  constructor(response: Response) {
    this.#reader = response.body!.getReader();
  }

  /** undefined when the stream has ended. Comments are left out. */
  async next(): Promise<{ event: string; data: any } | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const block = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
        if (event) {
          return { event, data: JSON.parse(data) };
        }
      } else {
        const { value, done } = await this.#reader.read();
        if (done) {
          return undefined;
        }
        this.#text += this.#decoder.decode(value, { stream: true });
      }
    }
  }

  close() {
    return this.#reader.cancel();
  }
}
