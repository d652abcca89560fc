/**
 * Frames over a way that carries single bytes, where each may cost an exit or more: most words of a frame are zero, and
 * are left out. suites/runtime/packed.h is the other side; docs/protocol.md describes the form.
 */
import { COMMAND_BYTES, REPLY_BYTES } from './protocol.ts';

/** Such that a command to run fits the 16 bytes that a serial line takes at once. */
const COMMAND_WORD = 4;
const REPLY_WORD = 8;
const REPLY_WORDS = REPLY_BYTES / REPLY_WORD;
const REPLY_MASK_BYTES = 3;

/** A command as a guest reads it: a mask of two bytes, and the words of 4 bytes that are not zero. */
export function packCommand(frame: Buffer): Buffer {
  const words: Buffer[] = [];
  let mask = 0;
  for (let i = 0; i < COMMAND_BYTES / COMMAND_WORD; i++) {
    const word = frame.subarray(i * COMMAND_WORD, (i + 1) * COMMAND_WORD);
    if (word.every((byte) => byte === 0)) continue;
    mask |= 1 << i;
    words.push(word);
  }
  return Buffer.concat([Buffer.of(mask & 0xff, mask >> 8), ...words]);
}

/**
 * How many bytes a packed reply has that begins like this, what announces it left out; null where too little of it is
 * there. Throws where no reply begins so.
 */
export function packedReplyBytes(bytes: Buffer): number | null {
  if (bytes.length < REPLY_MASK_BYTES) return null;
  return REPLY_MASK_BYTES + REPLY_WORD * wordsOf(bytes).length;
}

/** The reply, of `packedReplyBytes` bytes. */
export function unpackReply(bytes: Buffer): Buffer {
  const frame = Buffer.alloc(REPLY_BYTES);
  for (const [place, word] of wordsOf(bytes).entries()) {
    const from = REPLY_MASK_BYTES + place * REPLY_WORD;
    bytes.copy(frame, word * REPLY_WORD, from, from + REPLY_WORD);
  }
  return frame;
}

/** The places of the words that are there. */
function wordsOf(bytes: Buffer): number[] {
  const mask = bytes.readUIntLE(0, REPLY_MASK_BYTES);
  if (mask >= 2 ** REPLY_WORDS) throw new Error('the guest sent a reply that is longer than any');
  return Array.from({ length: REPLY_WORDS }, (_, i) => i).filter((i) => (mask >> i) & 1);
}
