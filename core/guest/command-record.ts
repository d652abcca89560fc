/**
 * What a machine tells of a command that it has run: suites/runtime/linux/command.c writes it. It comes out of a guest,
 * so nothing in it is believed before it was checked.
 */
import { constants } from 'node:os';

/** How a command ended. */
export type Ending =
  | { readonly how: 'exited'; readonly code: number }
  | { readonly how: 'killed'; readonly signal: string }
  | { readonly how: 'timed-out' }
  /** It was not there, say: the error's name. */
  | { readonly how: 'not-started'; readonly error: string };

export interface Output {
  readonly bytes: number;
  /** Sixteen hexadecimal digits; the same for the same bytes. */
  readonly digest: string;
  /** All of it, or its beginning and its end where it is long. */
  readonly text: string;
}

export interface CommandRecord {
  readonly ending: Ending;
  /** As the kernel that it ran under counts, ns. */
  readonly userNs: number;
  readonly systemNs: number;
  readonly peakResidentBytes: number;
  readonly stdout: Output;
  readonly stderr: Output;
}

const HEAD = 2048;
const TAIL = 8192;
const OUTPUT_AT = 32;
const OUTPUT_BYTES = 16 + HEAD + TAIL;
export const RECORD_BYTES = OUTPUT_AT + 2 * OUTPUT_BYTES;

/** Throws where it is no record. */
export function decodeRecord(record: Buffer): CommandRecord {
  if (record.length !== RECORD_BYTES) throw new Error('the machine left no record of its command');
  return {
    ending: decodeEnding(record.readUInt32LE(0), record.readUInt32LE(4)),
    userNs: Number(record.readBigUInt64LE(8)),
    systemNs: Number(record.readBigUInt64LE(16)),
    peakResidentBytes: Number(record.readBigUInt64LE(24)),
    stdout: decodeOutput(record.subarray(OUTPUT_AT, OUTPUT_AT + OUTPUT_BYTES)),
    stderr: decodeOutput(record.subarray(OUTPUT_AT + OUTPUT_BYTES)),
  };
}

function decodeEnding(how: number, code: number): Ending {
  switch (how) {
    case 0:
      return { how: 'exited', code };
    case 1:
      return { how: 'killed', signal: nameIn(constants.signals, code, 'signal') };
    case 2:
      return { how: 'timed-out' };
    case 3:
      return { how: 'not-started', error: nameIn(constants.errno, code, 'error') };
    default:
      throw new Error(`the machine says that its command ended in an unknown way: ${how}`);
  }
}

function nameIn(names: Readonly<Record<string, number>>, number: number, kind: string): string {
  return Object.entries(names).find(([, value]) => value === number)?.[0] ?? `${kind} ${number}`;
}

function decodeOutput(output: Buffer): Output {
  const bytes = Number(output.readBigUInt64LE(0));
  const digest = output.readBigUInt64LE(8).toString(16).padStart(16, '0');
  const head = output.subarray(16, 16 + Math.min(bytes, HEAD));
  const ring = output.subarray(16 + HEAD);
  const end = bytes % TAIL;
  // As long as it has not been filled once, the ring holds the output from its beginning.
  const tail =
    bytes <= TAIL ? ring.subarray(0, bytes) : Buffer.concat([ring.subarray(end), ring.subarray(0, end)]);
  const parts = bytes <= TAIL ? [tail] : [head, Buffer.from('\n[…]\n'), tail];
  return { bytes, digest, text: Buffer.concat(parts).toString('utf8') };
}
