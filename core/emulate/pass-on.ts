/** From a port of an emulated computer to a stream of this process. */
import type { Readable, Writable } from 'node:stream';
import { MarkedStream } from './marked-stream.ts';

/** What says that a stream takes more, or takes nothing any more. */
const FREE = ['drain', 'close', 'error'];

/** Passes on what comes in front of the mark, no faster than it is taken; `end` is called when all is handed over. */
export function passOn(from: Readable, to: Writable, mark: string, end: () => void): void {
  const marked = new MarkedStream(
    mark,
    (bytes) => {
      if (to.destroyed || to.write(bytes)) return;
      from.pause();
      const goOn = () => {
        for (const event of FREE) to.off(event, goOn);
        from.resume();
      };
      for (const event of FREE) to.once(event, goOn);
    },
    end,
  );
  from.on('error', () => {});
  from.on('data', (chunk: Buffer) => marked.receive(chunk));
  from.on('close', () => marked.giveUp());
}
