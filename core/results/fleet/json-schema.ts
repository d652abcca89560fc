import { z } from 'zod';
import { FLEET_SCHEMA, fleetSchema } from './schema.ts';

/** The JSON Schema (draft 2020-12) of `fleet.json`, published as docs/fleet.schema.json. */
export function fleetJsonSchema(): Record<string, unknown> {
  const { $schema, ...shape } = z.toJSONSchema(fleetSchema, { io: 'input' });
  return { $schema, title: FLEET_SCHEMA, ...shape };
}
