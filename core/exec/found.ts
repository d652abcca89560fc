/** What was found of each machine: the fold of a journal's entries, the same while measuring and afterwards. */

import type { Run } from '../results/exec-schema.ts';
import type { ExecEntry, Reading } from './journal.ts';

export type { Reading } from './journal.ts';

/** What was found of one machine. */
export interface Found {
  readonly runs: Run[];
  readonly startMs: number[];
  /** The guest's own clock beside the host's: the first and the last reading of each launch. */
  readonly clocks: Reading[][];
  evidence: string[];
  /** What its first run wrote: all of it, or the beginning and the end. */
  texts: { readonly stdout: string; readonly stderr: string };
  failure: string | null;
}

export class FoundTable {
  readonly #found: ReadonlyMap<string, Found>;

  constructor(ids: readonly string[]) {
    this.#found = new Map(
      ids.map((id) => [
        id,
        {
          ...{ runs: [], startMs: [], clocks: [], evidence: [], failure: null },
          texts: { stdout: '', stderr: '' },
        },
      ]),
    );
  }

  /** Throws where no such machine is planned. */
  of(id: string): Found {
    const found = this.#found.get(id);
    if (!found) throw new Error(`no machine ${id} is planned`);
    return found;
  }

  /** Throws where it is of a machine that is not planned. */
  add(entry: ExecEntry): void {
    if (entry.type === 'header' || entry.type === 'end') return;
    const found = this.of(entry.hypervisor);
    switch (entry.type) {
      case 'start':
        if (found.evidence.length === 0) found.evidence = entry.evidence;
        found.startMs.push(entry.startMs);
        found.clocks.push([]);
        break;
      case 'run': {
        const { type, hypervisor, clock, ...run } = entry;
        if (clock) noteClock(found, clock);
        found.runs.push(sharing(run, found.runs.at(-1)));
        break;
      }
      case 'texts':
        found.texts = { stdout: entry.stdout, stderr: entry.stderr };
        break;
      case 'clock':
        noteClock(found, { hostNs: entry.hostNs, guestNs: entry.guestNs });
        break;
      case 'failure':
        found.failure = entry.error;
    }
  }
}

function noteClock({ clocks }: Found, reading: Reading): void {
  const readings = clocks.at(-1);
  // The drift is that from the first to the last: with one for each run they would be as many.
  if (readings) readings[Math.min(readings.length, 1)] = reading;
}

/** Runs mostly end alike and write the same: those of a hundred thousand need not be kept one by one. */
function sharing(run: Run, previous: Run | undefined): Run {
  if (!previous) return run;
  return {
    ...run,
    ending: JSON.stringify(run.ending) === JSON.stringify(previous.ending) ? previous.ending : run.ending,
    stdout: sameOutput(run.stdout, previous.stdout),
    stderr: sameOutput(run.stderr, previous.stderr),
  };
}

const sameOutput = (one: Run['stdout'], other: Run['stdout']) =>
  one.bytes === other.bytes && one.digest === other.digest ? other : one;
