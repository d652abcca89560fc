/** `hvbench report DIR`: every report again. */
import { isExecFolder } from '../exec/folder.ts';
import { reportFolder } from '../parts.ts';
import { Unwritten } from '../run/options.ts';
import { reportExec } from './exec-folder.ts';
import { printable } from './printable.ts';
import { show } from './run.ts';
import { unwrittenLine } from './written.ts';

/** Throws UserError where there is no result; a report that cannot be written keeps none from being shown. */
export async function report(
  folder: string,
  { format = undefined, json = false }: { format?: string[]; json?: boolean },
): Promise<void> {
  if (isExecFolder(folder)) return reportExec(folder, { ...(format && { format }), json });
  try {
    const outcome = await reportFolder(folder, {
      formats: format ?? null,
      listen: (event) => {
        if (event.type === 'unwritten') process.stderr.write(`${printable(unwrittenLine(event))}\n`);
      },
    });
    show(outcome, json);
  } catch (error) {
    if (error instanceof Unwritten) show(error.outcome, json, false);
    throw error;
  }
}
