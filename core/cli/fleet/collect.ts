/** `hvbench fleet collect`: what hosts have brought so far, put together. */
import { entriesOf } from '../../fleet/entries.ts';
import { fetchFleet, fleetStatus } from '../../fleet/status.ts';
import { readFleet } from '../../fleet/submission.ts';
import { collectFleet } from '../../library/fleet.ts';
import { useColour } from '../colour.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { type ConfigFlag, partsToShow } from '../parts.ts';
import { printable } from '../printable.ts';
import { outputWidth } from '../terminal.ts';
import { writtenLine } from '../written.ts';
import { statusText } from './status.ts';

export interface CollectFlags extends ConfigFlag {
  readonly json?: boolean;
}

/** Throws UserError if there is no fleet in the folder, or a file cannot be written. */
export async function collect(folder: string, flags: CollectFlags, signal: AbortSignal): Promise<ExitCode> {
  const fleet = readFleet(folder);
  const parts = await partsToShow(flags);
  for (const [name, reason] of await fetchFleet(fleet, signal)) tell(`${name}: ${reason}`);
  const statuses = await fleetStatus(fleet, signal);
  process.stderr.write(statusText(statuses));
  const options = { colour: useColour(), width: outputWidth() };
  const merged = await collectFleet(folder, entriesOf(statuses), options, parts);
  if (flags.json) process.stdout.write(`${JSON.stringify(merged.fleet)}\n`);
  else process.stdout.write(`${merged.text}${writtenLine(folder, merged.files)}`);
  const taken = merged.fleet.hosts.filter(({ leftOut }) => leftOut === null).length;
  if (taken === 0) return exitCodes.cannot;
  const isWhole = taken === statuses.length && statuses.every(({ exitCode }) => exitCode === 0);
  return isWhole ? exitCodes.done : exitCodes.finding;
}

function tell(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}
