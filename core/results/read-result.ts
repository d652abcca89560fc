/** What a file says of a run, in today's shape: `hvbench/result@1` is read too. */
import { z } from 'zod';
import { renewedFooting } from './footing.ts';
import { renewedHost, renewedList } from './former-names.ts';
import { RESULT_SCHEMA, type Result, resultSchema } from './schema.ts';
import type { KeptSuite } from './suite-records.ts';
import { rowsOf } from './suite-rows.ts';
import { rowsBesideWorkloads, workloadRows } from './workload-rows.ts';

export const FORMER_SCHEMA = 'hvbench/result@1';

/**
 * A result, with the details of these suites checked by the suites themselves; those of others are taken as they are.
 * Throws ZodError.
 */
export function parseResult(content: unknown, suites: readonly KeptSuite[]): Result {
  const isFormer = z.looseObject({ schema: z.literal(FORMER_SCHEMA) }).safeParse(content);
  const result = resultSchema.parse(isFormer.success ? renewed(isFormer.data, suites) : content);
  const details = { ...result.details };
  for (const { name, method } of suites)
    if (method && Object.hasOwn(details, name))
      details[name] = z.object({ details: z.object({ [name]: z.array(method.detail) }) }).parse({ details })
        .details[name] as Result['details'][string];
  const checked = { ...result, details, host: renewedFooting(result.host) };
  if (isFormer.success) return { ...checked, rows: rowsOf(checked, suites) };
  // Older results have none of workloads; those that are there can say nothing else than the measurements do.
  return { ...checked, rows: [...workloadRows(checked), ...rowsBesideWorkloads(checked)] };
}

/** In `hvbench/result@1` each suite with a method of its own had a list of its own, there were no rows, and other names. */
function renewed(former: Readonly<Record<string, unknown>>, suites: readonly KeptSuite[]): unknown {
  const rest: Record<string, unknown> = {
    ...{ ...former, schema: RESULT_SCHEMA, rows: [], details: {} },
    host: renewedHost(former.host),
    hypervisors: renewedList(former.hypervisors),
  };
  const details: Record<string, unknown> = {};
  for (const { name, method } of suites) {
    const list = method?.formerList;
    if (list === undefined || !Object.hasOwn(rest, list)) continue;
    if (!Array.isArray(rest[list]) || rest[list].length > 0) details[name] = rest[list];
    delete rest[list];
  }
  return { ...rest, details };
}
