/** What the suite spawn writes into the journal, and keeps in the result; every list has a bound. */
import { z } from 'hvbench';

/** Of a launch. */
export const ROUNDS = 5;

/** A line of the journal: one launch's rounds of one command, ns. */
export const entrySchema = z.strictObject({
  type: z.literal('spawned'),
  command: z.string().max(64),
  launch: z.int().min(0),
  ns: z.array(z.number().positive()).max(ROUNDS),
});
export type Spawned = z.infer<typeof entrySchema>;

/** What the result keeps of one command. */
export const detailSchema = z.strictObject({
  command: z.string().max(64),
  launches: z.array(z.strictObject({ launch: z.int(), values: z.array(z.number()).max(ROUNDS) })).max(1000),
});
export type SpawnDetail = z.infer<typeof detailSchema>;
