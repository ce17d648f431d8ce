/** Tells how far a run is, on stderr. */
export class Log {
  step(text: string) {
    const seconds = (performance.now() / 1000).toFixed(0).padStart(5);
    process.stderr.write(`${seconds} s  ${text}\n`);
  }

  value(name: string, value: unknown) {
    this.step(`${name}: ${JSON.stringify(value, rounded)}`);
  }

  table(name: string, rows: object) {
    this.step(name);
    for (const [row, value] of Object.entries(rows)) {
      process.stderr.write(
        `           ${row.padEnd(12)} ${JSON.stringify(value, rounded)}\n`,
      );
    }
  }
}

/** Counts by kind are for the JSON; here they would hide the rest. */
function rounded(key: string, value: unknown) {
  if (key.includes(' ')) {
    return undefined;
  }
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}
