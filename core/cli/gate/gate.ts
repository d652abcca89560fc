/** `hvbench gate`: is it worse than the baseline? */
import { gateFormats } from '../../../reports/gate/index.ts';
import type { Config } from '../../config/config.ts';
import { NoBaselineError, UserError } from '../../errors.ts';
import { updateBaseline } from '../../library/baseline.ts';
import type { Watch } from '../../library/confirm.ts';
import { type GateOptions, gate as judge } from '../../library/gate.ts';
import { partsOf } from '../../parts.ts';
import { describeHostClass } from '../../results/host-class.ts';
import type { Parts } from '../../run/parts.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { type OutputFlags, outputsOf } from '../outputs.ts';
import { checkOutputs } from '../present.ts';
import { printable } from '../printable.ts';
import { createProgress } from '../progress.ts';
import { configOf, type RunFlags } from '../run.ts';
import { printGate } from './print.ts';

export interface GateFlags
  extends Omit<RunFlags, 'resume' | 'precision'>,
    OutputFlags,
    Pick<GateOptions, 'baseline' | 'strict' | 'minEffect'> {
  readonly update?: boolean;
  /** False with --no-confirm. */
  readonly confirm?: boolean;
  readonly passWithoutBaseline?: boolean;
}

/** Throws UserError where the gate cannot judge: no baseline, another host class, nothing comparable. */
export async function gate(
  paths: readonly string[],
  flags: GateFlags,
  signal: AbortSignal,
): Promise<ExitCode> {
  checkOutputs(outputsOf(flags, 'terminal'));
  const config = await configOf(flags);
  const parts = partsOf(config);
  const progress = createProgress();
  const watch: Watch = { listen: progress.listen, signal, wait: flags.wait ?? false };
  try {
    if (flags.update) return await update(paths, flags.baseline, config, watch, parts);
    if (paths.length > 1) throw new UserError('a gate judges one result; name several only with --update');
    const { baseline, strict, minEffect, confirm, budget } = flags;
    const options = { baseline, strict, minEffect, confirm, budget, result: paths[0] };
    const judged = await judge(config, { ...options, ...watch }, parts);
    progress.stop();
    await printGate(judged.gate, gateFormats, flags);
    if (signal.aborted) return exitCodes.interrupted;
    return judged.gate.passed && judged.failures === 0 && judged.unmeasured.length === 0
      ? exitCodes.done
      : exitCodes.finding;
  } catch (error) {
    if (!(error instanceof NoBaselineError && flags.passWithoutBaseline)) throw error;
    process.stdout.write(`Nothing was judged: ${printable(error.lack)}.\n`);
    return exitCodes.done;
  } finally {
    progress.stop();
  }
}

async function update(
  paths: readonly string[],
  file: string,
  config: Config,
  watch: Watch,
  parts: Parts,
): Promise<ExitCode> {
  const updated = await updateBaseline(config, paths, file, watch, parts);
  const { hostClass, rows, metrics, runs, failures, unmeasured } = updated;
  const others = metrics > 0 ? ` and ${metrics} metrics` : '';
  process.stdout.write(
    `Written to ${printable(file)}: ${rows} rows${others} from ${runs === 1 ? 'one run' : `${runs} runs`}, for ${printable(describeHostClass(hostClass))}.\n`,
  );
  return failures > 0 || unmeasured.length > 0 ? exitCodes.finding : exitCodes.done;
}
