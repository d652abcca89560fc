import { z } from 'zod';
import { MOST_SUITE_ROWS } from './bounds.ts';
import { RESULT_SCHEMA, resultSchema } from './schema.ts';
import type { KeptSuite } from './suite-records.ts';

/**
 * The JSON Schema (draft 2020-12) of `result.json`, published as docs/result.schema.json, with the details of these suites;
 * what older versions did not write is optional.
 */
export function resultJsonSchema(suites: readonly KeptSuite[]): Record<string, unknown> {
  const known = suites.flatMap(({ name, method }) =>
    method ? [[name, z.array(method.detail).max(MOST_SUITE_ROWS).optional()] as const] : [],
  );
  const others = z.array(z.record(z.string(), z.unknown())).max(MOST_SUITE_ROWS);
  const details = z.object(Object.fromEntries(known)).catchall(others);
  const { $schema, ...shape } = z.toJSONSchema(resultSchema.extend({ details }), { io: 'input' });
  return { $schema, title: RESULT_SCHEMA, ...shape };
}
