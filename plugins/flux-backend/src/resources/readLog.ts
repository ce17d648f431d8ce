import { redactText } from '@backstage-flux/plugin-flux-common';
import { Breather } from './Breather';

/** 1 MiB. */
export const MAX_LOG_BYTES = 1_048_576;

const PART_LENGTH = 32_768;

/**
 * The text of an answer as far as it is shown, without credentials. Whoever wrote it may have meant to
 * send more than anybody can read.
 */
export async function readLog(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    const rest = MAX_LOG_BYTES - bytes;
    bytes += chunk.length;
    text += decoder.decode(chunk.subarray(0, rest), { stream: true });
    if (bytes >= MAX_LOG_BYTES) {
      break;
    }
  }
  const shown = await redactParts(text);
  return bytes >= MAX_LOG_BYTES
    ? `${shown}\n… (cut at 1 MiB; ask for fewer lines to see the newest)\n`
    : shown;
}

/** Line by line as far as lines aren't too long, so that nobody else has to wait for it. */
async function redactParts(text: string): Promise<string> {
  const breather = new Breather();
  const parts: string[] = [];
  for (let start = 0; start < text.length; ) {
    const most = start + PART_LENGTH;
    const newline = most < text.length ? text.lastIndexOf('\n', most) : -1;
    const end = newline > start ? newline : most;
    parts.push(redactText(text.slice(start, end)));
    start = end;
    if (breather.due) {
      await breather.rest();
    }
  }
  return parts.join('');
}
