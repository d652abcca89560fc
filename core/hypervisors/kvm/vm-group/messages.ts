/** What the tool and the process of a group of VMs tell each other: JSON, a line each. */
import { z } from 'zod';
import { MOST_ERRORS } from '../../vm-group.ts';

const whole = z.number().int().nonnegative();
const text = z.string().max(512);

export const requestSchema = z.discriminatedUnion('do', [
  /** Start VMs until there are `to`; stop earlier where less memory than the reserve is left, or time is up. */
  z.strictObject({ do: z.literal('grow'), to: whole, reserveBytes: whole, limitMs: z.number().positive() }),
  /** Every VM that lives runs the workload; `expect` is the checksum that each has to return. */
  z.strictObject({
    do: z.literal('ask'),
    entry: z.string().max(31),
    seed: whole,
    iterations: whole,
    expect: z.string().max(16),
  }),
  /** How much of their own memory the guests have touched. */
  z.strictObject({ do: z.literal('touched') }),
]);
export type GroupRequest = z.infer<typeof requestSchema>;

const stopSchema = z.strictObject({ reason: z.enum(['memory', 'limit', 'time', 'failed']), text });
/** As in vm-group.ts. */
const answersSchema = z.strictObject({
  ms: z.number().nonnegative(),
  right: whole,
  wrong: whole,
  dead: whole,
  medianMs: z.number().nonnegative(),
  slowestMs: z.number().nonnegative(),
  errors: z.array(text).max(MOST_ERRORS).readonly(),
});

export const eventSchema = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('ready') }),
  /** On the way: so many live. */
  z.strictObject({ is: z.literal('live'), machines: whole }),
  z.strictObject({
    is: z.literal('grown'),
    machines: whole,
    ms: z.number().nonnegative(),
    stop: stopSchema.nullable(),
  }),
  answersSchema.extend({ is: z.literal('answered') }),
  z.strictObject({ is: z.literal('touched'), bytes: whole }),
]);
export type GroupEvent = z.infer<typeof eventSchema>;

/** No line of either side is longer. */
export const LONGEST_LINE = 8192;
