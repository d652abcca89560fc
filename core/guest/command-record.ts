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

export interface CommandOutput {
  readonly bytes: number;
  /** Sixteen hexadecimal digits; the same for the same bytes. */
  readonly digest: string;
}

export interface CommandRecord {
  readonly ending: Ending;
  /** As the kernel that it ran under counts, ns. */
  readonly userNs: number;
  readonly systemNs: number;
  readonly peakResidentBytes: number;
  readonly stdout: CommandOutput;
  readonly stderr: CommandOutput;
  /** Bytes of the two texts that can be read behind the record. */
  readonly kept: { readonly stdout: number; readonly stderr: number };
}

/** A record without its texts. */
export const RECORD_BYTES = 72;
/** The beginning and the end that are kept of each output. */
const HEAD = 1024;
const TAIL = 4096;

/** Throws where it is no record. */
export function decodeRecord(record: Buffer): CommandRecord {
  if (record.length !== RECORD_BYTES) throw new Error('the machine left no record of its command');
  const output = (at: number): CommandOutput => ({
    bytes: Number(record.readBigUInt64LE(at)),
    digest: record
      .readBigUInt64LE(at + 8)
      .toString(16)
      .padStart(16, '0'),
  });
  const kept = { stdout: record.readUInt32LE(64), stderr: record.readUInt32LE(68) };
  if (Math.max(kept.stdout, kept.stderr) > HEAD + TAIL)
    throw new Error('the machine says that it has kept more of an output than it can');
  return {
    ending: decodeEnding(record.readUInt32LE(0), record.readUInt32LE(4)),
    userNs: Number(record.readBigUInt64LE(8)),
    systemNs: Number(record.readBigUInt64LE(16)),
    peakResidentBytes: Number(record.readBigUInt64LE(24)),
    stdout: output(32),
    stderr: output(48),
    kept,
  };
}

/** The texts behind a record: all of an output, or its beginning and its end where it is long. */
export function decodeTexts(
  { stdout, stderr, kept }: CommandRecord,
  bytes: Buffer,
): { stdout: string; stderr: string } {
  const text = ({ bytes: all }: CommandOutput, part: Buffer) =>
    all > part.length
      ? `${part.toString('utf8', 0, HEAD)}\n[…]\n${wholeLines(part.toString('utf8', HEAD))}`
      : part.toString('utf8');
  return {
    stdout: text(stdout, bytes.subarray(0, kept.stdout)),
    stderr: text(stderr, bytes.subarray(kept.stdout, kept.stdout + kept.stderr)),
  };
}

/** Without the line that its beginning cuts: half a number is another number. */
function wholeLines(text: string): string {
  const rest = text.slice(text.indexOf('\n') + 1);
  return rest === '' ? text : rest;
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
