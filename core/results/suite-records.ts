/** How a suite with a method of its own keeps what it found: lines in the journal, and rows in the result. */
import type { z } from 'zod';
import type { Row } from '../model/row.ts';
import type { Section } from '../model/section.ts';
import type { Failure, Result } from './schema.ts';

/** What a suite may know of a run when it sums up what it found. */
export interface RunRecord extends Pick<Result, 'seed' | 'plan' | 'hypervisors'> {
  /** Those of the suite alone. */
  readonly failures: readonly Failure[];
}

/** One kind of line that a suite writes into the journal. */
export interface EntryKind {
  /** With a literal `type`, which is the kind's name. */
  readonly schema: z.ZodType;
  /** The most lines of it that a journal may have: a hundred times what a run writes, or more. */
  readonly most: number;
}

/**
 * `Entry`: what the suite writes into the journal as it measures. `Detail`: what the result keeps beside rows, for the
 * suite's own presenter; both are plain JSON.
 */
export interface SuiteRecords<Entry = unknown, Detail = unknown> {
  /** By their type. */
  readonly entries: Readonly<Record<string, EntryKind>>;
  /** Of one detail. Every list in it is bounded: a result may be somebody else's file. */
  readonly detail: z.ZodType<Detail>;
  /** The list of a result of `hvbench/result@1` that its details were. */
  readonly formerList?: string;
  /** From the entries of a run to details: the same while it goes on and at its end. */
  summarize(entries: readonly Entry[], run: RunRecord): Detail[];
  /** Rows and metrics of the details, for whatever judges figures. */
  rows(details: readonly Detail[], result: Pick<Result, 'hypervisors' | 'seed' | 'plan'>): Row[];
  /** What there is to say about them; a table of its rows if left out. */
  present?(details: readonly Detail[], result: Result): Section[];
}

/** A suite, as far as results know it. */
export interface KeptSuite {
  readonly name: string;
  /** Present if it has a method of its own. */
  readonly method?: SuiteRecords;
  /** Rows of a suite without one. */
  readonly rows?: (result: Result) => Row[];
}
