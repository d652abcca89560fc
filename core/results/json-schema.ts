import { z } from 'zod';
import { RESULT_SCHEMA, resultSchema } from './schema.ts';

/** The JSON Schema (draft 2020-12) of `result.json`, published as docs/result.schema.json. */
export function resultJsonSchema(): Record<string, unknown> {
  const { $schema, ...shape } = z.toJSONSchema(resultSchema);
  return { $schema, title: RESULT_SCHEMA, ...shape };
}
