/** `hvbench report DIR`: every report again. */
import { isExecFolder } from '../exec/folder.ts';
import { reportFolder, Unwritten } from './bench.ts';
import { reportExec } from './exec-folder.ts';
import { show } from './run.ts';

/** Throws UserError where there is no result; a report that cannot be written keeps none from being shown. */
export async function report(
  folder: string,
  { format = undefined, json = false }: { format?: string[]; json?: boolean },
): Promise<void> {
  if (isExecFolder(folder)) return reportExec(folder, { ...(format && { format }), json });
  try {
    show(await reportFolder(folder, format ?? null), json);
  } catch (error) {
    if (error instanceof Unwritten) show(error.outcome, json, false);
    throw error;
  }
}
