/**
 * What there is to say about a part of a result, without a format in it: each format shows it in its own way, and knows
 * nothing of where it comes from. Texts are plain already; nothing in them is markup.
 */
import type { Chart } from './chart.ts';

/** What one presenter makes of a result. */
export interface Section {
  /** A plain word, unique in a report. */
  readonly id: string;
  readonly title: string;
  /** How it was measured, in a sentence. */
  readonly method?: string;
  /** The name of a skip link to its tables, if readers come for these when nothing stands before them. */
  readonly skip?: string;
  /**
   * `lead`: what a report is about, before everything else. `aside`: for those who look further, folded away if the format
   * can; it has no findings.
   */
  readonly place?: 'lead' | 'aside';
  readonly charts: readonly Chart[];
  readonly findings?: Findings;
  readonly tables: readonly TextTable[];
  /** What could not be measured, why, and how to get it: a line each, below the tables. */
  readonly lacks?: readonly string[];
  readonly files: readonly CsvFile[];
  /** What is there for those who look for it. */
  readonly details: readonly Details[];
}

/** A table of words and figures. */
export interface TextTable {
  readonly title: string;
  /** What to know for reading it, in a sentence or two. */
  readonly about: string;
  /** One for each column; the first column names the rows. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly TextCell[])[];
  /** What its marks mean, and what else to know. */
  readonly notes: readonly string[];
  /** What the tones of its cells mean; a format puts the mark before it that it shows them with. */
  readonly key?: readonly (readonly [tone: Tone, meaning: string])[];
}

/** What a figure's whole interval says of a cost; `quiet` stands back, and `failed` wants to be seen. */
export type Tone = 'negligible' | 'more' | 'heavy' | 'undecided' | 'quiet' | 'failed';

export interface TextCell {
  readonly text: string;
  /** The interval of a figure, or what else is said more quietly. */
  readonly range?: string;
  readonly tone?: Tone;
  /** A second figure, below the first. */
  readonly also?: { readonly text: string; readonly range?: string };
  /** Of the first cell of a row: the row heads those below it, and sums them up if it has more cells. */
  readonly heads?: boolean;
}

/** Statements of others, and whether they hold here. */
export interface Findings {
  readonly title: string;
  readonly items: readonly SectionFinding[];
}

export interface SectionFinding {
  readonly statement: string;
  readonly verdict: FindingVerdict;
  /** The figures that it rests on, or why there are none. */
  readonly evidence: string;
}

export type FindingVerdict = 'holds' | 'does not hold' | 'undecided' | 'not testable';

/** Figures for other programs: all digits, units in the names of the columns. */
export interface CsvFile {
  readonly file: string;
  readonly columns: readonly string[];
  /** A cell for each column; null and undefined are what was not measured. Made anew by each call: there may be very many. */
  readonly rows: () => Iterable<readonly CsvCell[]>;
}

export type CsvCell = string | number | null | undefined;

/** Labels and their meaning, folded away if the format can. */
export interface Details {
  readonly title: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
}
