/** One workload in one guest, as a baseline keeps it. */
import { z } from 'zod';
import { elsewhereSchema } from '../../results/host-class.ts';
import { isaSchema, techniqueSchema } from '../../results/schema.ts';
import type { LaunchValues } from '../../stats/index.ts';

const text = z.string().max(4096);

export const baselineRowSchema = z.strictObject({
  suite: text,
  workload: text,
  isa: isaSchema,
  hypervisor: text,
  technique: techniqueSchema,
  digest: text,
  argument: z.number(),
  /** The other computers that it was measured on, or native was; absent if both were on this one. */
  elsewhere: elsewhereSchema,
  /** Natural logarithms of guest ÷ native, CPU times: one figure a launch, one list a run. */
  logRatios: z.array(z.array(z.number()).max(10_000)).max(1000),
});
export type BaselineRow = z.infer<typeof baselineRowSchema>;

export const runsSchema = z
  .array(z.strictObject({ startedAt: z.iso.datetime(), kernel: text, launches: z.number() }))
  .max(1000);

type Work = Pick<BaselineRow, 'digest' | 'argument' | 'technique' | 'elsewhere'>;

/** Whether both measure the same: other machine code, another working set, technique or computer must not be compared. */
export function isSameWork(a: Work, b: Work): boolean {
  return (
    a.digest === b.digest &&
    a.argument === b.argument &&
    a.technique === b.technique &&
    a.elsewhere === b.elsewhere
  );
}

/** The launches of a row over all runs. */
export function launchesOf({ logRatios }: Pick<BaselineRow, 'logRatios'>): LaunchValues[] {
  return launchesOfRuns(logRatios);
}

/** The same of lists of logarithms, one list a run. */
export function launchesOfRuns(runs: readonly (readonly number[])[]): LaunchValues[] {
  return runs.flat().map((value, launch) => ({ launch, values: [value] }));
}
