/** Whether a computer was quiet enough to judge what was measured on it: the control's CPU overhead should be 0. */
import { CONTROL } from '../../model/role.ts';
import type { ClaimResult, SuiteSummary } from '../../results/schema.ts';

type Noise = NonNullable<ClaimResult['noise']>;

/** What the control of the same suite and ISA showed; `limit` is how far from 0 its interval may reach, a fraction. */
export function noiseOf(
  suites: readonly SuiteSummary[],
  { suite, isa }: Pick<SuiteSummary, 'suite' | 'isa'>,
  limit: number,
): Noise {
  const control = suites.find(
    (one) => one.hypervisor === CONTROL && one.suite === suite && one.isa === isa,
  )?.cpuOverhead;
  const isQuiet = control ? control.low >= -limit && control.high <= limit : false;
  return { limit, control: control ?? null, isQuiet };
}

/** Why there can be no verdict; null if the computer was quiet. */
export function noiseReason({ limit, control, isQuiet }: Noise): string | null {
  if (isQuiet) return null;
  const needed = `within ±${Number((limit * 100).toFixed(2))} %`;
  return control === null
    ? `No control shows how busy this computer was; a verdict needs one ${needed}.`
    : `This computer was too busy: its control is not ${needed}.`;
}
