/** `hvbench gate`: is it worse than the baseline? */
import type { Config } from '../../config/config.ts';
import { UserError } from '../../errors.ts';
import type { Watch } from '../../library/confirm.ts';
import { gateOrNot } from '../../library/gate.ts';
import { learn } from '../../library/learn.ts';
import { partsOf } from '../../parts.ts';
import type { Parts } from '../../run/parts.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { outputsAsked } from '../outputs.ts';
import { checkOutputs } from '../present.ts';
import { createProgress } from '../progress.ts';
import { configOf } from '../run.ts';
import { accept, update } from './baseline.ts';
import type { GateFlags } from './flags.ts';
import { printGate } from './print.ts';

/** Throws UserError where the gate cannot judge: no baseline, another host class, nothing comparable. */
export async function gate(
  paths: readonly string[],
  flags: GateFlags,
  signal: AbortSignal,
): Promise<ExitCode> {
  checkFlags(paths, flags);
  checkOutputs(outputsAsked(flags));
  const config = await configOf(flags);
  const parts = partsOf(config);
  const progress = createProgress();
  const watch: Watch = { listen: progress.listen, signal, wait: flags.wait ?? false };
  try {
    if (flags.update) return await update(paths, flags, config, watch, parts);
    if (flags.accept) return await accept(paths[0], flags, config, parts);
    return await judge(paths, flags, { config, watch, parts, stop: () => progress.stop() });
  } finally {
    progress.stop();
  }
}

/** Throws UserError for flags that contradict each other, and for results too many. */
function checkFlags(paths: readonly string[], { update, learn, accept }: GateFlags): void {
  if (learn && update)
    throw new UserError('--learn never replaces an entry, and --update does: give one of them');
  if (learn && accept)
    throw new UserError(
      '--learn adds an entry and leaves all others, and --accept changes one: give one of them',
    );
  if (paths.length > 1 && !update && !learn)
    throw new UserError('a gate judges one result; name several only with --update or --learn');
}

interface Surroundings {
  readonly config: Config;
  readonly watch: Watch;
  readonly parts: Parts;
  /** Ends the line of progress, before something else is printed. */
  readonly stop: () => void;
}

async function judge(
  paths: readonly string[],
  flags: GateFlags,
  { config, watch, parts, stop }: Surroundings,
): Promise<ExitCode> {
  const { baseline, strict, minEffect, maxDrift, confirm, budget } = flags;
  const options = { baseline, strict, minEffect, maxDrift, confirm, budget, ...watch };
  const found = flags.learn
    ? await learn(config, paths, options, watch, parts)
    : await gateOrNot(config, { ...options, result: paths[0] }, parts);
  stop();
  if ('judged' in found) {
    const passed = found.passed || (found.kind === 'no-entry' && flags.passWithoutBaseline === true);
    await printGate({ ...found, passed }, flags);
    if (!passed) throw new UserError(`${found.reason}; ${found.advice}`);
    return exitCodes.done;
  }
  await printGate(found.gate, flags);
  if (watch.signal.aborted) return exitCodes.interrupted;
  return found.gate.passed && found.failures === 0 && found.unmeasured.length === 0
    ? exitCodes.done
    : exitCodes.finding;
}
