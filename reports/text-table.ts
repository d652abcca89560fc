/** A table of words and figures, the same for every format: each renders it in its own way. */

export interface TextCell {
  readonly text: string;
  /** The interval of a figure, or what else is said more quietly. */
  readonly range?: string;
}

export interface TextTable {
  readonly title: string;
  /** What to know for reading it, in a sentence or two. */
  readonly about: string;
  /** One for each column; the first column names the rows. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly TextCell[])[];
  /** What its marks mean, and what else to know. */
  readonly notes: readonly string[];
}
