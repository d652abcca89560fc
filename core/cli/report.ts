/** `hvbench report DIR`: every report again. */
import { isExecFolder } from '../exec/folder.ts';
import { Unwritten } from '../run/options.ts';
import { reportFolder } from '../run/report-folder.ts';
import { reportExec } from './exec-folder.ts';
import { type ConfigFlag, type CountsFlag, partsForClaims } from './parts.ts';
import { printable } from './printable.ts';
import { show } from './run.ts';
import { unpredicted } from './unpredicted.ts';
import { unwrittenLine } from './written.ts';

/** Throws UserError where there is no result; a report that cannot be written keeps none from being shown. */
export async function report(
  folder: string,
  {
    format = undefined,
    json = false,
    ...flags
  }: { format?: string[]; json?: boolean } & ConfigFlag & CountsFlag,
): Promise<void> {
  if (isExecFolder(folder)) return reportExec(folder, { ...(format && { format }), json });
  const parts = await partsForClaims(flags);
  try {
    const outcome = await reportFolder(
      folder,
      {
        formats: format ?? null,
        listen: (event) => {
          if (event.type === 'unwritten') process.stderr.write(`${printable(unwrittenLine(event))}\n`);
        },
      },
      parts,
    );
    show(outcome, parts, json);
    if (flags.exits !== undefined) unpredicted(outcome.result.claims);
  } catch (error) {
    if (error instanceof Unwritten) show(error.outcome, parts, json, false);
    throw error;
  }
}
