/** `hvbench fleet cancel`: ends what still runs. */
import { UserError } from '../../errors.ts';
import { backEndOf } from '../../fleet/back-ends.ts';
import { openEntries } from '../../fleet/status.ts';
import { readFleet } from '../../fleet/submission.ts';
import { printable } from '../printable.ts';

/** Throws UserError if there is no fleet in the folder, or it cannot be cancelled. */
export async function cancel(folder: string, signal: AbortSignal): Promise<void> {
  const fleet = readFleet(folder);
  const open = openEntries(fleet);
  if (open.length === 0) {
    process.stdout.write('nothing of it runs any more\n');
    return;
  }
  const { lines, failed } = await backEndOf(fleet.submission.backEnd).cancel(fleet, open, signal);
  for (const line of lines) process.stdout.write(`${printable(line)}\n`);
  if (failed > 0) throw new UserError(`${failed} of ${open.length} hosts could not be told: try again`);
}
