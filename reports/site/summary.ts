/** What the pages about many results know of each: small, so that a thousand fit into memory, and checked when it is read back. */
import { z } from 'zod';
import {
  claimFigureSchema,
  footingSchema,
  intervalSchema,
  isaSchema,
  modeSchema,
  techniqueSchema,
  verdictSchema,
} from '../../core/results/schema.ts';

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
/** Longest text of a summary; the page of a result has all of it. */
export const LONGEST = 300;
const text = z.string().max(LONGEST);
const end = z.number().nullable();

/** Most entries of each list; what is left out is counted in `leftOut`. */
export const MOST = {
  hypervisors: 64,
  suites: 64,
  conditions: 8,
  means: 500,
  claims: 500,
  rows: 5000,
} as const;

const elsewhereSchema = z.strictObject({ id: hex(8), words: text });
/** The other computers that a machine's figures rest on, its own and native's: like ones have one id. */
export type Elsewhere = z.infer<typeof elsewhereSchema>;

export const meanSchema = z.strictObject({
  suite: text,
  isa: isaSchema,
  hypervisor: text,
  /** Absent if it and native were on the host. */
  elsewhere: elsewhereSchema.optional(),
  /** Of wall-clock time, and of CPU time: fractions. */
  overhead: intervalSchema,
  cpuOverhead: intervalSchema.nullable(),
  workloads: z.number(),
  /** Digest of the workloads that it is of, their machine code and parameters, and of a variant what it is: means of others are means of something else. */
  code: hex(8),
});
export type Mean = z.infer<typeof meanSchema>;

export const judgedSchema = z.strictObject({
  /** The claim: its id, statement and source. */
  key: hex(12),
  id: text,
  statement: text,
  source: text,
  year: z.number(),
  figure: claimFigureSchema,
  basis: z.enum(['measured', 'advertised']).nullable(),
  recalled: z.boolean(),
  band: z.strictObject({ low: end, high: end }),
  hypervisor: text,
  elsewhere: elsewhereSchema.optional(),
  scope: text,
  verdict: verdictSchema,
  estimate: end,
  low: end,
  high: end,
});
export type Judged = z.infer<typeof judgedSchema>;

export const summarySchema = z.strictObject({
  id: hex(16),
  /** SHA-256 of the copy of result.json. */
  digest: hex(64),
  version: text,
  startedAt: z.iso.datetime(),
  profile: text,
  seed: z.number(),
  host: z.strictObject({
    classId: hex(12),
    facts: z.array(z.tuple([text, text])).max(32),
    cpu: text,
    system: text,
    footing: footingSchema,
    under: text.nullable(),
  }),
  /** Under what it was measured, beyond the kind of computer, if something should be known of that. */
  conditions: z.array(text).max(MOST.conditions),
  publication: z.strictObject({ restriction: text, source: text }).nullable(),
  /** Those that were measured, without native. */
  hypervisors: z
    .array(
      z.strictObject({
        id: text,
        title: text,
        mode: modeSchema,
        technique: techniqueSchema,
        version: text.nullable(),
        elsewhere: elsewhereSchema.optional(),
      }),
    )
    .max(MOST.hypervisors),
  /** Those of which anything was measured. */
  suites: z.array(text).max(MOST.suites),
  means: z.array(meanSchema).max(MOST.means),
  claims: z.array(judgedSchema).max(MOST.claims),
  leftOut: z.number(),
});
export type Summary = z.infer<typeof summarySchema>;

/** A workload in a hypervisor: fractions and nanoseconds, null if there is no figure. */
export const rowSchema = z.tuple([
  text,
  text,
  isaSchema,
  text,
  /** The beginning of its code's digest, and its parameter. */
  z.string().max(16),
  z.number(),
  ...([end, end, end, end, end, end, end, end, end] as const),
]);
export type DigestRow = z.infer<typeof rowSchema>;

export const digestSchema = z.strictObject({
  summary: summarySchema,
  rows: z.array(rowSchema).max(MOST.rows),
});
export type Digest = z.infer<typeof digestSchema>;
