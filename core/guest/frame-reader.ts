/** Takes replies and marks apart that a guest sends over one way, byte by byte: see docs/protocol.md. */
import { REPLY_BYTES } from './protocol.ts';

/** The beginning and the end of a batch: the guest waits for an answer. That it runs: it does not. */
export type Mark = 'begin' | 'end' | 'runs';

/** No reply begins with these. */
const MARKS: Readonly<Record<number, Mark>> = { 1: 'begin', 2: 'end', 3: 'runs' };
/** What a mark is answered with: any byte. */
export const GO_ON = Buffer.of(0);

export class FrameReader {
  readonly #mark: (mark: Mark) => void;
  readonly #reply: (frame: Buffer) => void;
  #frame = Buffer.alloc(0);

  constructor(mark: (mark: Mark) => void, reply: (frame: Buffer) => void) {
    this.#mark = mark;
    this.#reply = reply;
  }

  /** Takes what the guest wrote. */
  receive(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      const mark = this.#frame.length === 0 ? MARKS[rest[0] as number] : undefined;
      if (mark) {
        this.#mark(mark);
        rest = rest.subarray(1);
        continue;
      }
      const missing = REPLY_BYTES - this.#frame.length;
      this.#frame = Buffer.concat([this.#frame, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (this.#frame.length === REPLY_BYTES) {
        const frame = this.#frame;
        this.#frame = Buffer.alloc(0);
        this.#reply(frame);
      }
    }
  }
}
