/** What single rows say of a claim, and what they come to: a mean of them may be the work of one. */
import type { Verdict } from '../../results/schema.ts';
import { type Band, classify, type Interval, type Position, simultaneous } from '../../stats/index.ts';

/** One row that a claim speaks of. */
export interface ClaimRow {
  readonly name: string;
  /** A figure above 0: of an overhead, guest time ÷ native time. None if nothing is known of the row. */
  readonly figure: Interval | null;
  /** Launches that the figure rests on. */
  readonly launches: number;
  /** Why there is none, in a few words. */
  readonly lack: string | null;
  /** Whether this hypervisor cannot do it at all, so that it is none of its rows. */
  readonly impossible: boolean;
}

/** Names of rows, by where they lie as against the band. */
export type RowsByPosition = Record<Position, string[]>;

export interface JudgedRows {
  readonly verdict: Exclude<Verdict, 'not-testable'>;
  readonly rows: RowsByPosition;
  /** Whether rows disagree, but no further than chance lets one of so many. */
  readonly perhapsMixed: boolean;
  /** Rows that this hypervisor cannot run, with the reason. */
  readonly impossible: readonly string[];
}

const VERDICTS: Readonly<Record<Position, JudgedRows['verdict']>> = {
  inside: 'supported',
  above: 'refuted-above',
  below: 'refuted-below',
  undecided: 'undecided',
};

/**
 * Judges a band by rows, of which at least one has a figure. All in the same place decide. That asks every row to be
 * where it is, so it errs no more often than one row does (an intersection–union test: Berger 1982, Technometrics 24(4)).
 * Rows in different places make it mixed; for that one row is enough, so the more rows there are the easier chance
 * finds one, and the intervals that disagree must hold together. A row without a figure, or one that crosses an end of
 * the band, could change what the others agree on: undecided.
 */
export function judgeRows(all: readonly ClaimRow[], band: Band): JudgedRows {
  const rows = all.filter(({ impossible }) => !impossible);
  const position = ({ figure }: ClaimRow) => (figure ? classify(figure, band) : 'undecided');
  const together = ({ figure, launches }: ClaimRow) =>
    figure ? classify(simultaneous(figure, launches, rows.length), band) : 'undecided';
  const places = decidedPlaces(rows.map(position));
  // Student's quantiles take time to load: only where they are needed.
  const isMixed = places.size > 1 && decidedPlaces(rows.map(together)).size > 1;
  const [first] = rows.map(position);
  const agree = rows.every((row) => position(row) === first);
  const at = (place: Position) => rows.filter((row) => position(row) === place).map(named);
  return {
    verdict: isMixed ? 'mixed' : first !== undefined && agree ? VERDICTS[first] : 'undecided',
    rows: { inside: at('inside'), above: at('above'), below: at('below'), undecided: at('undecided') },
    perhapsMixed: places.size > 1 && !isMixed,
    impossible: all.filter(({ impossible }) => impossible).map(named),
  };
}

function decidedPlaces(positions: readonly Position[]): Set<Position> {
  return new Set(positions.filter((position) => position !== 'undecided'));
}

function named({ name, lack }: ClaimRow): string {
  return lack === null ? name : `${name} (${lack})`;
}
