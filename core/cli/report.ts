/** `hvbench report DIR`: every report again. */
import { reportFolder, Unwritten } from './bench.ts';
import { show } from './run.ts';

/** Throws UserError where there is no result; a report that cannot be written keeps none from being shown. */
export async function report(
  folder: string,
  { format = undefined, json = false }: { format?: string[]; json?: boolean },
): Promise<void> {
  try {
    show(await reportFolder(folder, format ?? null), json);
  } catch (error) {
    if (error instanceof Unwritten) show(error.outcome, json, false);
    throw error;
  }
}
