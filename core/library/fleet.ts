/** A fleet's results merged, and their reports written. */
import { join } from 'node:path';
import { fleetFormats } from '../../reports/fleet/index.ts';
import { UserError } from '../errors.ts';
import { reasonOf, writeOrSay } from '../files.ts';
import { mergeFleet } from '../judge/fleet/merge.ts';
import type { FleetEntry } from '../results/fleet/entry.ts';
import { type Fleet, MOST_HOSTS } from '../results/fleet/schema.ts';
import { makeFolder } from '../results/folder.ts';
import type { Parts } from '../run/parts.ts';
import { type ReadOptions, readHosts } from './fleet-hosts.ts';

export interface FleetOptions extends ReadOptions {
  /** Whether `text` may use colours; no where left out. */
  readonly colour?: boolean | undefined;
  /** Columns of `text`; 120 if left out. */
  readonly width?: number | undefined;
}

export interface FleetMerged {
  readonly fleet: Fleet;
  /** The report for a terminal. */
  readonly text: string;
  /** Paths of what was written. */
  readonly files: readonly string[];
}

/**
 * Reads the results of a fleet one after the other, merges them, and writes `fleet.json`, `fleet.csv`, `fleet-hosts.csv`,
 * `fleet.md`, `fleet.html` and `fleet.svg` into the folder, over those of an earlier time. What cannot be read or merged is
 * left out and named: that throws nothing. Throws UserError if there are no entries, or a file cannot be written.
 */
export async function collectFleet(
  folder: string,
  entries: readonly FleetEntry[],
  { colour = false, width = 120, ...reading }: FleetOptions,
  parts: Pick<Parts, 'suites'>,
): Promise<FleetMerged> {
  if (entries.length === 0) throw new UserError(`the fleet in ${folder} has no hosts: submit a run first`);
  if (entries.length > MOST_HOSTS)
    throw new UserError(`a fleet has at most ${MOST_HOSTS} hosts, not ${entries.length}: collect fewer`);
  makeOrSay(folder);
  const { hosts, table, publication } = await readHosts(folder, entries, reading, parts);
  const fleet = mergeFleet(table, { hosts: [...hosts], publication });
  const terminal = { colour, width };
  const files = fleetFormats.flatMap(({ file, render }) => {
    if (file === null) return [];
    const path = join(folder, file);
    writeOrSay(path, render(fleet, terminal), path, 'free up space, and collect again');
    return [path];
  });
  return { fleet, text: fleetFormats[0].render(fleet, terminal), files };
}

function makeOrSay(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw new UserError(`cannot write ${folder}: ${reasonOf(error)}; choose another folder`);
  }
}
