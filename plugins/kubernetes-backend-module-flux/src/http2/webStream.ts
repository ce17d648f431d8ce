import { Readable } from 'node:stream';

/**
 * A body as fetch has it. Reads no further ahead than the consumer does, so that a slow consumer holds up
 * its own stream only.
 *
 * @param isWhole - Asked at the end: an HTTP/2 stream that is cut off ends as if it were complete.
 */
export function webStream(
  readable: Readable,
  isWhole: () => boolean = () => true,
): ReadableStream<Uint8Array> {
  let done = false;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const fail = (error: Error) => {
        if (!done) {
          done = true;
          controller.error(error);
        }
      };
      const cutOff = () =>
        fail(new Error('ECONNRESET: the answer was cut off'));
      readable.on('data', (chunk: Uint8Array) => {
        if (done) {
          return;
        }
        controller.enqueue(chunk);
        if ((controller.desiredSize ?? 0) <= 0) {
          readable.pause();
        }
      });
      readable.on('end', () => {
        if (!isWhole()) {
          cutOff();
        } else if (!done) {
          done = true;
          controller.close();
        }
      });
      readable.on('error', fail);
      readable.on('close', cutOff);
      readable.pause();
    },
    pull() {
      readable.resume();
    },
    cancel() {
      done = true;
      readable.destroy();
    },
  });
}
