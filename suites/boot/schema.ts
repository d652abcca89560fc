/**
 * What the study of boots writes into the journal and into the result. The atoms come from the result's schema, which
 * this is a part of.
 */
import { z } from 'zod';
import { amount, bytes, positive } from '../../core/results/bounds.ts';

const text = z.string().max(4096);
const word = z.string().max(64);

/** Points on the way to a machine's first answer, in their order. */
export const BOOT_MILESTONES = ['hypervisor', 'guest', 'kernel', 'userSpace', 'ready'] as const;
export type BootMilestone = (typeof BOOT_MILESTONES)[number];

export const bootCacheSchema = z.enum(['warm', 'cold']);
export type BootCache = z.infer<typeof bootCacheSchema>;

/** What is launched, again and again. */
const subjectShape = <I extends z.ZodType>(isa: I) => ({
  hypervisor: word,
  /** Of a hypervisor that can be several kinds of computer; else null. */
  machineType: word.nullable(),
  isa,
  /** `bare`, `minimal`, `full`: what the guest holds; see suites/boot/roles.ts. */
  role: word,
});

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

/** The entries of the journal; `isa` is the schema of an ISA. */
export const bootEntrySchemas = <I extends z.ZodType>(isa: I) =>
  [
    z.strictObject({
      type: z.literal('boot-subject'),
      suite: word,
      ...subjectShape(isa),
      /** Of the image or initramfs, and of the kernel beside it; null where it is not known. */
      imageBytes: bytes.nullable(),
      kernelBytes: bytes.nullable(),
      unavailable: text.optional(),
    }),
    z.strictObject({
      type: z.literal('boot-launch'),
      launch: z.number(),
      ...subjectShape(isa),
      cache: bootCacheSchema,
      ...launchShape,
    }),
    z.strictObject({ type: z.literal('boot-end'), reason: z.enum(['launches', 'budget']) }),
  ] as const;

/** Milliseconds. Two launches that differ much leave a wide interval: reports do not draw its ends. */
const interval = z.strictObject({ estimate: positive, low: amount, high: z.number().min(0).max(1e100) });

/** A row of the result: one subject, from a warm or a cold page cache. */
export const bootSchema = <I extends z.ZodType>(isa: I) =>
  z.strictObject({
    ...subjectShape(isa),
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
    samples: z.array(z.strictObject({ launch: z.number(), ...launchShape })),
  });
