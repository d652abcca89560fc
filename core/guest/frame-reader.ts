/** Takes replies and marks apart that a guest sends over one way, byte by byte: see docs/protocol.md. */
import { packedReplyBytes, unpackReply } from './packed-frame.ts';

/** The beginning and the end of a batch: the guest waits for an answer. That it runs: it does not. */
export type BatchMark = 'begin' | 'end' | 'runs';

const MARKS: Readonly<Record<number, BatchMark>> = { 1: 'begin', 2: 'end', 3: 'runs' };
/** What announces a reply. */
export const REPLY_FOLLOWS = 4;
/** What a mark is answered with: any byte. */
export const GO_ON = Buffer.of(0);

export class FrameReader {
  readonly #mark: (mark: BatchMark) => void;
  readonly #reply: (frame: Buffer) => void;
  /** What has come of a reply that was announced; null between replies. */
  #packed: Buffer | null = null;
  /** Marks since the last reply. */
  readonly #marks = new Set<BatchMark>();

  constructor(mark: (mark: BatchMark) => void, reply: (frame: Buffer) => void) {
    this.#mark = mark;
    this.#reply = reply;
  }

  /**
   * Takes what the guest wrote. Throws where that is neither mark nor reply, or marks more than a beginning and an end
   * before it replies: each is answered, and a guest that marks for ever would fill the memory with answers.
   */
  receive(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) rest = this.#packed ? this.#collect(this.#packed, rest) : this.#begin(rest);
  }

  /** Takes the first byte of something; returns what is behind it. */
  #begin(bytes: Buffer): Buffer {
    const first = bytes[0] as number;
    const mark = MARKS[first];
    if (mark) {
      if (this.#marks.has(mark)) throw new Error('the guest marks more than one batch before it replies');
      this.#marks.add(mark);
      this.#mark(mark);
    } else if (first === REPLY_FOLLOWS) {
      this.#packed = Buffer.alloc(0);
    } else {
      throw new Error(`the guest sent a byte that begins neither a mark nor a reply: ${first}`);
    }
    return bytes.subarray(1);
  }

  /** Takes as much of the reply as is there; returns what is behind it. */
  #collect(packed: Buffer, bytes: Buffer): Buffer {
    const whole = Buffer.concat([packed, bytes]);
    const length = packedReplyBytes(whole);
    if (length === null || whole.length < length) {
      this.#packed = whole;
      return bytes.subarray(bytes.length);
    }
    this.#packed = null;
    this.#marks.clear();
    this.#reply(unpackReply(whole));
    return whole.subarray(length);
  }
}
