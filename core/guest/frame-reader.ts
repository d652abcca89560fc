/** Takes replies and marks apart that a guest sends over one way, byte by byte: see docs/protocol.md. */
import { REPLY_BYTES } from './protocol.ts';

const MARK_BEGIN = 1;
const MARK_END = 2;
/** A guest says that it runs, and does not wait. */
const MARK_RUNS = 3;
/** What a mark is answered with: any byte. */
export const GO_ON = Buffer.of(0);

export class FrameReader {
  readonly #mark: () => void;
  readonly #reply: (frame: Buffer) => void;
  #frame = Buffer.alloc(0);

  /** `mark` is called for each one that waits for an answer. */
  constructor(mark: () => void, reply: (frame: Buffer) => void) {
    this.#mark = mark;
    this.#reply = reply;
  }

  /** Takes what the guest wrote. */
  receive(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      const first = rest[0] as number;
      if (this.#frame.length === 0 && first >= MARK_BEGIN && first <= MARK_RUNS) {
        if (first === MARK_BEGIN || first === MARK_END) this.#mark();
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
