/** Whether a computer was quiet enough to judge what was measured on it: the control's overhead should be 0. */
import { CONTROL } from '../../model/role.ts';
import type { ClaimResult, SuiteSummary } from '../../results/schema.ts';
import type { Claim } from './claim.ts';
import { overheadOf } from './overheads.ts';

type Noise = NonNullable<ClaimResult['noise']>;

/** What the control of the same suite and ISA showed, by the clock of the claim. */
export function noiseOf(
  suites: readonly SuiteSummary[],
  { suite, isa }: Pick<SuiteSummary, 'suite' | 'isa'>,
  claim: Pick<Claim, 'figure' | 'quiet'>,
): Noise {
  const limit = claim.quiet;
  const row = suites.find((one) => one.hypervisor === CONTROL && one.suite === suite && one.isa === isa);
  const control = row ? overheadOf(claim, row) : null;
  const isQuiet = control ? control.low >= -limit && control.high <= limit : false;
  return { limit, control, isQuiet };
}

/** Why there can be no verdict; null if the computer was quiet. */
export function noiseReason({ limit, control, isQuiet }: Noise): string | null {
  if (isQuiet) return null;
  const needed = `within ±${Number((limit * 100).toFixed(2))} %`;
  return control === null
    ? `No control shows how busy this computer was; a verdict needs one ${needed}.`
    : `This computer was too busy: its control is not ${needed}.`;
}
