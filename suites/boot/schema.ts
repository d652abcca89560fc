/** What the suite writes into the journal and keeps in the result. */
import { z } from 'zod';
import { amount, bytes, index, MOST_LAUNCHES, MOST_SUITE_ROWS, positive } from '../../core/results/bounds.ts';
import { isaSchema } from '../../core/results/schema.ts';

const text = z.string().max(4096);
const word = z.string().max(64);

/** Points on the way to a machine's first answer, in their order. */
export const BOOT_MILESTONES = ['hypervisor', 'guest', 'kernel', 'userSpace', 'ready'] as const;
export type BootMilestone = (typeof BOOT_MILESTONES)[number];

export const bootCacheSchema = z.enum(['warm', 'cold']);
export type BootCache = z.infer<typeof bootCacheSchema>;

/** What is launched, again and again. */
const targetShape = {
  hypervisor: word,
  /** Of a hypervisor that can be several kinds of computer; else null. */
  machineType: word.nullable(),
  isa: isaSchema,
  /** `bare`, `minimal`, `full`: what the guest holds; see suites/boot/roles.ts. */
  role: word,
};

/** Milliseconds from the start of the machine's process; null where it was not seen or does not exist. */
const milestonesShape = z.strictObject({
  hypervisor: amount.nullable(),
  guest: amount.nullable(),
  kernel: amount.nullable(),
  userSpace: amount.nullable(),
  ready: amount,
});

/** One launch, as it was. */
const launchShape = {
  milestonesMs: milestonesShape,
  /** CPU time of all the machine's processes until its first answer. */
  cpuMs: amount,
  /** Most memory of each of its processes, added up; and what they held then, shared pages divided (null: not readable). */
  peakResidentBytes: bytes,
  proportionalBytes: bytes.nullable(),
  /** Bytes of the files that it may read: in the page cache before, come there meanwhile, not to be looked at. */
  files: z.strictObject({ residentBytes: bytes, readBytes: bytes, unknownBytes: bytes }).nullable(),
};

const targetEntry = z.strictObject({
  type: z.literal('boot-subject'),
  suite: word,
  ...targetShape,
  /** Of the image or initramfs, and of the kernel beside it; null where it is not known. */
  imageBytes: bytes.nullable(),
  kernelBytes: bytes.nullable(),
  unavailable: text.optional(),
});
const launchEntry = z.strictObject({
  type: z.literal('boot-launch'),
  launch: index,
  ...targetShape,
  cache: bootCacheSchema,
  ...launchShape,
});
export type BootLaunch = z.infer<typeof launchEntry>;
const endEntry = z.strictObject({ type: z.literal('boot-end'), reason: z.enum(['launches', 'budget']) });

export type BootEntry = z.infer<typeof targetEntry> | BootLaunch | z.infer<typeof endEntry>;

/** What it writes into the journal. */
export const bootEntries = {
  'boot-subject': { schema: targetEntry, most: MOST_SUITE_ROWS / 2 },
  'boot-launch': { schema: launchEntry, most: MOST_LAUNCHES },
  'boot-end': { schema: endEntry, most: 10_000 },
};

/** Milliseconds. Two launches that differ much leave a wide interval: reports do not draw its ends. */
const interval = z.strictObject({ estimate: positive, low: amount, high: z.number().min(0).max(1e100) });

/** What the result keeps of it: one target, from a warm or a cold page cache. */
export const bootSchema = z.strictObject({
  ...targetShape,
  cache: bootCacheSchema,
  status: z.enum(['ok', 'failed', 'unavailable']),
  error: text.optional(),
  launches: z.number(),
  imageBytes: bytes.nullable(),
  kernelBytes: bytes.nullable(),
  /** Geometric locations over launches with their 95 % intervals; null with fewer than two launches that have it. */
  milestonesMs: z.strictObject({
    hypervisor: interval.nullable(),
    guest: interval.nullable(),
    kernel: interval.nullable(),
    userSpace: interval.nullable(),
    ready: interval.nullable(),
  }),
  cpuMs: interval.nullable(),
  /** Medians over launches. */
  peakResidentBytes: bytes.nullable(),
  proportionalBytes: bytes.nullable(),
  /** Of what a launch read of its files, the share that was not in the page cache: median; null where nobody could look. */
  coldFraction: z.number().min(0).max(1).nullable(),
  samples: z.array(z.strictObject({ launch: index, ...launchShape })).max(MOST_LAUNCHES),
});
export type BootResult = z.infer<typeof bootSchema>;
