/** A claim that a configuration adds: its own band of overheads, for hypervisors and suites by name. */
import { z } from 'zod';

const word = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'lower-case letters, digits and -, a letter first');
const sentence = z.string().min(1).max(512);
const percent = z.number().min(-100).max(1e6);

export const ownClaimSchema = z
  .strictObject({
    id: word,
    statement: sentence,
    /** Who says so; the configuration itself if left out. */
    source: sentence.optional(),
    year: z.number().int().min(1960).max(9999).optional(),
    basis: z.enum(['measured', 'advertised']).optional(),
    /** Hypervisors by name. */
    hypervisors: z.array(z.string().min(1).max(64)).min(1).max(256),
    /** Suites by name; all if left out. */
    suites: z.array(z.string().min(1).max(64)).min(1).max(256).optional(),
    /** Which overhead: of CPU time, or what a user waits. */
    figure: z.enum(['cpu-time', 'wall-time']).optional(),
    /** Overheads that it allows, in percent; an end that is left out is open. */
    band: z
      .strictObject({ low: percent.optional(), high: percent.optional() })
      .refine(({ low, high }) => low !== undefined || high !== undefined, 'give low, high or both')
      .refine(({ low, high }) => low === undefined || high === undefined || low <= high, 'low is above high'),
    /** How far from 0 the control may reach for a verdict, in percent: 1 if left out. */
    quiet: z.number().positive().max(100).optional(),
  })
  .readonly();
export type OwnClaim = z.infer<typeof ownClaimSchema>;

/** As many as a configuration may add. */
export const MOST_CLAIMS = 100;

export const ownClaimsSchema = z
  .array(ownClaimSchema)
  .max(MOST_CLAIMS)
  .refine((claims) => new Set(claims.map(({ id }) => id)).size === claims.length, 'two have the same id');
