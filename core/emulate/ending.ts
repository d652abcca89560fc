/** How a command in an emulated computer ends, and what is left of one that does not. */
import { UserError } from '../errors.ts';

export interface CommandEnd {
  /** As a shell gives it. */
  readonly code: number;
  /** Some files that the command wrote, and that are gone. */
  readonly lost: readonly string[];
}

/** What is known of a computer that failed. */
export interface LastSeen {
  /** The last lines of its console. */
  readonly console: readonly string[];
  /** Since the console showed anything, ms; null where it never has. */
  readonly silentMs: number | null;
  /** A line a CPU; none where that tells nothing. */
  readonly cpus: readonly string[];
}

/** Nothing came from the computer for too long: its kernel, or QEMU, goes on no more. */
export class StoodStill extends UserError {
  override name = 'StoodStill';
  /** Whether the command had written to its standard output, or was told to end. */
  readonly isUsed: boolean;

  constructor(message: string, isUsed: boolean) {
    super(message);
    this.isUsed = isUsed;
  }
}
