import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

interface Program {
  common: string[];
  commands: Record<string, string[]>;
}

const programs: Record<string, Program> = JSON.parse(
  readFileSync(resolve(__dirname, '../../cli-flags.json'), 'utf8'),
);

/** Commands and flags that the Google Cloud and Flux CLIs don’t have; other programs are not known. */
export function unknownFlags(calls: string[][]): string[] {
  return calls.flatMap(([name, ...given]) => {
    const program = programs[name];
    if (!program) {
      return [];
    }
    // The project comes before the command
    const args = given[0] === '--project' ? given.slice(2) : given;
    const words = args.filter(arg => arg !== '--quiet');
    const first = words.findIndex(word => word.startsWith('-'));
    const path = (first < 0 ? words : words.slice(0, first)).join(' ');
    const command = Object.keys(program.commands)
      .filter(each => `${path} `.startsWith(`${each} `))
      .sort((a, b) => b.length - a.length)[0];
    const flags = words
      .filter(word => word.startsWith('--'))
      .map(word => word.split('=')[0]);
    if (!command && path) {
      return [`${name} ${path}: not in cli-flags.json`];
    }
    const known = [...program.common, ...(program.commands[command] ?? [])];
    return flags
      .filter(flag => !known.includes(flag))
      .map(flag => `${name} ${path}: ${flag}`);
  });
}
