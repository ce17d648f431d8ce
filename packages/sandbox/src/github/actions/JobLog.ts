const limit = 1024 * 1024;

/** A job's log: each line with its time, secrets masked, no longer than 1 MiB. */
export class JobLog {
  readonly #masks: string[] = [];
  readonly #changed: (text: string) => void;
  #text = '';
  #partial = '';
  #full = false;

  constructor(changed: (text: string) => void) {
    this.#changed = changed;
  }

  get text(): string {
    return this.#text;
  }

  mask(secret: string): void {
    if (secret.length > 0) {
      this.#masks.push(secret);
    }
  }

  /** Takes output as it comes; lines may be split anywhere. */
  write(chunk: string): void {
    const lines = (this.#partial + chunk).split('\n');
    this.#partial = lines.pop() ?? '';
    lines.forEach(line => this.#line(line));
    // A program that never ends its line must not fill the memory.
    if (this.#partial.length > 16_384) {
      this.flush();
    }
    this.#changed(this.#text);
  }

  /** Ends a line that a process left open. */
  flush(): void {
    if (this.#partial) {
      const rest = this.#partial;
      this.#partial = '';
      this.line(rest);
    }
  }

  line(text: string): void {
    this.#line(text);
    this.#changed(this.#text);
  }

  #line(text: string): void {
    const mask = /^::add-mask::(.+)$/.exec(text.trim());
    if (mask) {
      this.mask(mask[1]);
      return;
    }
    if (this.#full) {
      return;
    }
    const masked = this.#masks.reduce(
      (line, secret) => line.replaceAll(secret, '***'),
      text.replace(/\r$/, ''),
    );
    const stamped = `${new Date().toISOString()} ${masked}\n`;
    if (this.#text.length + stamped.length > limit) {
      this.#full = true;
      this.#text += `${new Date().toISOString()} [The log is cut off here, at 1 MiB]\n`;
      return;
    }
    this.#text += stamped;
  }
}
