import type { Result } from '../results/schema.ts';
import type { KeptSuite } from '../results/suite-records.ts';

/** One format of report: everything in it comes from the result alone, in the words of the suites that it is of. */
export interface Report {
  /** What `--format` takes. */
  readonly name: string;
  /**
   * Writes the files into an existing folder and gives their paths; rejects if a file cannot be written, and with
   * UnmakeableError if this installation lacks what the report is made with.
   */
  write(result: Result, dir: string, suites: readonly KeptSuite[]): Promise<string[]>;
}
