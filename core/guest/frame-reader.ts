/** Takes replies and marks apart that a guest sends over one way, byte by byte: see docs/protocol.md. */
import { REPLY_BYTES } from './protocol.ts';

/** The beginning and the end of a batch: the guest waits for an answer. That it runs: it does not. */
export type BatchMark = 'begin' | 'end' | 'runs';

/** No reply begins with these. */
const MARKS: Readonly<Record<number, BatchMark>> = { 1: 'begin', 2: 'end', 3: 'runs' };
/** What a mark is answered with: any byte. */
export const GO_ON = Buffer.of(0);

export class FrameReader {
  readonly #mark: (mark: BatchMark) => void;
  readonly #reply: (frame: Buffer) => void;
  #frame = Buffer.alloc(0);
  /** Marks since the last reply. */
  readonly #marks = new Set<BatchMark>();

  constructor(mark: (mark: BatchMark) => void, reply: (frame: Buffer) => void) {
    this.#mark = mark;
    this.#reply = reply;
  }

  /**
   * Takes what the guest wrote. Throws where that marks more than a beginning and an end before it replies: each is
   * answered, and a guest that marks for ever would fill the memory with answers.
   */
  receive(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      const mark = this.#frame.length === 0 ? MARKS[rest[0] as number] : undefined;
      if (mark) {
        if (this.#marks.has(mark)) throw new Error('the guest marks more than one batch before it replies');
        this.#marks.add(mark);
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
        this.#marks.clear();
        this.#reply(frame);
      }
    }
  }
}
