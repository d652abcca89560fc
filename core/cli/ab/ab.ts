/** `hvbench ab`: is one hypervisor, or build of one, worse than another, measured side by side? */
import { abFormats } from '../../../reports/ab/index.ts';
import { ab as judge } from '../../library/ab.ts';
import { partsOf } from '../../parts.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { print } from '../gate/print.ts';
import { type OutputFlags, outputsOf } from '../outputs.ts';
import { checkOutputs } from '../present.ts';
import { createProgress } from '../progress.ts';
import { configOf, type RunFlags } from '../run.ts';

export interface AbFlags extends Omit<RunFlags, 'resume' | 'precision' | 'hypervisor'>, OutputFlags {
  readonly base: string;
  readonly candidate: string;
  readonly minEffect?: number;
  /** False with --no-confirm. */
  readonly confirm?: boolean;
  /** Whether `git bisect run` reads the exit code. */
  readonly bisect?: boolean;
}

/** Throws UserError if there is nothing that can be judged. */
export async function ab(flags: AbFlags, signal: AbortSignal): Promise<ExitCode> {
  checkOutputs(outputsOf(flags, 'terminal'));
  const config = await configOf(flags);
  const progress = createProgress();
  const { base, candidate, minEffect, confirm, budget, wait = false } = flags;
  const options = { base, candidate, minEffect, confirm, budget, wait, listen: progress.listen, signal };
  try {
    const { ab, failures } = await judge(config, options, partsOf(config));
    progress.stop();
    const outputs = outputsOf(flags, abFormats[0].name);
    await print(outputs, abFormats, (format, look) => format.render(ab, look), flags);
    if (signal.aborted) return exitCodes.interrupted;
    if (!ab.passed) return exitCodes.finding;
    if (!flags.bisect) return failures > 0 ? exitCodes.finding : exitCodes.done;
    const isClear = failures === 0 && ab.figures.every(({ verdict }) => verdict !== 'undecided');
    return isClear ? exitCodes.done : exitCodes.untestable;
  } finally {
    progress.stop();
  }
}
