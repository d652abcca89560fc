/** One batch of a workload as the journal has it: by far most of its entries. */
import { z } from 'zod';
import { iterations as batch, change, counter, index } from './bounds.ts';
import { exitsSchema, isaSchema, platformSchema } from './schema.ts';

const LONGEST = 4096;
const text = z.string().max(LONGEST);
const phases = ['cold', 'warm-up', 'round'] as const;

const names = { suite: text, workload: text, hypervisor: text };

const numbers = {
  launch: index,
  round: index,
  iterations: batch,
  /** As measured, ns; the empty batch is not yet subtracted. */
  wallNs: change,
  cpuNs: change,
  /** When it began: ns of the host's monotonic clock, ticks of the machine's time-stamp counter. */
  beganNs: counter,
  beganTicks: counter,
  /** How far the machine's time-stamp counter went in it. */
  ticks: counter,
  /** The empty batch of this machine and workload in this launch, ns. */
  emptyWallNs: change,
  emptyCpuNs: change,
};

const optional = {
  /** The guest's own monotonic clock when it began, ns, where it has one. */
  guestBeganNs: counter.optional(),
  /** Exits of the batch by reason, and of the empty batch, where the hypervisor counts them. */
  exits: exitsSchema.optional(),
  emptyExits: exitsSchema.optional(),
};

export const sampleSchema = z.strictObject({
  type: z.literal('sample'),
  isa: isaSchema,
  platform: platformSchema.default('bare'),
  /** `cold`: the first batch after a launch; `warm-up`: until steady; `round`: what counts. */
  phase: z.enum(phases),
  ...names,
  ...numbers,
  ...optional,
});
export type Sample = z.infer<typeof sampleSchema>;

const limits = Object.entries(numbers).map(([name, { minValue, maxValue, isInt }]) => ({
  name: name as keyof typeof numbers,
  least: minValue ?? Number.NEGATIVE_INFINITY,
  most: maxValue ?? Number.POSITIVE_INFINITY,
  whole: isInt,
}));
const NAMES = Object.keys(names) as (keyof typeof names)[];
const isas: ReadonlySet<unknown> = new Set(isaSchema.options);
const platforms: ReadonlySet<unknown> = new Set(platformSchema.options);
const KEYS = ['type', 'isa', 'platform', 'phase', ...NAMES, ...limits.map(({ name }) => name)].length;

/**
 * Whether a value from JSON is a sample with nothing optional in it but exits, by the limits of the schema and twenty
 * times faster: a journal may hold a million. Of any other value it says no, and the schema decides.
 */
export function isPlainSample(value: unknown): value is Sample {
  const sample = value as Sample | null;
  if (sample?.type !== 'sample') return false;
  let keys = 0;
  for (const _ in sample) keys++;
  const { exits, emptyExits } = sample;
  if (keys !== KEYS + (exits === undefined ? 0 : 1) + (emptyExits === undefined ? 0 : 1)) return false;
  for (const { name, least, most, whole } of limits) {
    const number: unknown = sample[name];
    if (typeof number !== 'number' || !(number >= least && number <= most)) return false;
    if (whole && !Number.isInteger(number)) return false;
  }
  for (const name of NAMES) {
    const text: unknown = sample[name];
    if (typeof text !== 'string' || text.length > LONGEST) return false;
  }
  return (
    isas.has(sample.isa) &&
    platforms.has(sample.platform) &&
    phases.includes(sample.phase) &&
    (exits === undefined || exitsSchema.safeParse(exits).success) &&
    (emptyExits === undefined || exitsSchema.safeParse(emptyExits).success)
  );
}
