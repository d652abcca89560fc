import { z } from 'zod';
import { RESULT_SCHEMA, resultSchema } from './schema.ts';

/** The JSON Schema (draft 2020-12) of `result.json`, published as docs/result.schema.json; what older versions did not write is optional. */
export function resultJsonSchema(): Record<string, unknown> {
  const { $schema, ...shape } = z.toJSONSchema(resultSchema, { io: 'input' });
  return { $schema, title: RESULT_SCHEMA, ...shape };
}
