/** `hvbench exec -- COMMAND`: any command, native and in each Linux guest. */
import { rmSync } from 'node:fs';
import prettyMs from 'pretty-ms';
import { execFormats } from '../../reports/exec/index.ts';
import { measureCommand, withJournal } from '../library/exec.ts';
import { writeExecFolder } from '../library/exec-folder.ts';
import type { ExecEvent, ExecOptions, ExecPlanEvent } from '../library/exec-options.ts';
import type { ExecResult } from '../results/exec-schema.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { type OutputFlags, outputsOf } from './outputs.ts';
import { type ConfigFlag, partsFor, type VariantFlag } from './parts.ts';
import { checkOutputs, present, printText } from './present.ts';
import { printable } from './printable.ts';
import { createSpinner } from './spinner.ts';
import { writtenLine } from './written.ts';

export interface ExecFlags
  extends Omit<ExecOptions, 'hypervisors' | 'kernels' | 'plugins' | 'listen' | 'signal'>,
    OutputFlags,
    ConfigFlag,
    VariantFlag {
  readonly hypervisor?: readonly string[];
  readonly kernel?: readonly string[];
}

/** Throws UserError where the command cannot be measured at all. */
export async function exec(
  argv: readonly string[],
  flags: ExecFlags,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { hypervisor: hypervisors, kernel: kernels, config, variant, ...options } = flags;
  checkOutputs(outputsOf(flags, 'terminal'));
  const parts = await partsFor(flags);
  const progress = createProgress();
  try {
    const { listen } = progress;
    const measured = await measureCommand(argv, { ...options, hypervisors, kernels, listen, signal }, parts);
    const { result, missing, folder, error } = measured;
    progress.stop();
    await publish(result, flags, folder, error);
    if (result.stopped.reason === 'interrupted') return exitCodes.interrupted;
    return missing.length > 0 || result.environments.some(({ status }) => status === 'failed')
      ? exitCodes.finding
      : exitCodes.done;
  } finally {
    progress.stop();
  }
}

/**
 * What is measured is shown first, and a file that cannot be written costs no other. The journal goes when all of it is
 * there, unless its folder was asked for. `error`: what ended the measuring early; it is thrown last.
 */
async function publish(result: ExecResult, flags: ExecFlags, out: string, error: unknown): Promise<void> {
  const { json = false, ...named } = flags;
  const outputs = json ? outputsOf(named, RESULT_ALONE.name) : outputsOf(named, 'terminal');
  let failed: unknown;
  try {
    await present(outputs, {
      formats: [...execFormats, RESULT_ALONE],
      render: (format, options) => format.render(result, options),
    });
  } catch (refusal) {
    failed = refusal;
  }
  if (flags.out !== undefined)
    try {
      const line = writtenLine(out, writeExecFolder(result, out));
      if (outputs.every(({ format, file }) => file !== null || format === 'terminal')) await printText(line);
    } catch (refusal) {
      failed ??= refusal;
    }
  const isPassing = flags.out === undefined && !failed;
  if (isPassing) rmSync(out, { recursive: true, force: true });
  const cause = error ?? failed;
  if (cause) throw isPassing ? cause : withJournal(cause, out);
}

/** What `--json` prints: `--format json` has hyperfine's `results` besides. */
const RESULT_ALONE = {
  name: 'result',
  render: (result: ExecResult) => `${JSON.stringify(result)}\n`,
};

/** One line that changes in a terminal, one line a launch elsewhere; on standard error. */
function createProgress() {
  const stream = process.stderr;
  const { spinner, live } = createSpinner(stream);
  const say = (text: string) => {
    spinner.stop();
    stream.write(`${printable(text)}\n`);
    spinner.start();
  };
  return {
    listen(event: ExecEvent) {
      if (event.type === 'phase') spinner.start(event.text);
      else if (event.type === 'note') say(`note: ${event.text}`);
      else if (event.type === 'plan') {
        for (const line of planLines(event)) say(line);
      } else if (event.type === 'failure') say(`failed: ${event.id}: ${event.error}`);
      else if (event.type === 'launch') {
        const text = `launch ${event.launch + 1}: starting ${event.ids.join(', ')}`;
        if (live) spinner.text = text;
        else say(text);
      } else {
        const round = event.round < 0 ? 'warming up' : `run ${event.made + 1}`;
        spinner.text = `launch ${event.launch + 1}, ${round}: ${event.id}, about ${Math.round(event.secondsLeft)} s left`;
      }
    },
    stop: () => void spinner.stop(),
  };
}

function planLines({ hypervisors, runs, budgetSeconds, seed, folder, absent }: ExecPlanEvent): string[] {
  const much =
    runs === null
      ? `at most ${prettyMs(budgetSeconds * 1000)} if runs are short enough`
      : `${runs} runs each`;
  return [
    `Measuring on ${hypervisors.join(', ')}, ${much}; seed ${seed}; journal in ${folder}`,
    ...absent.map(({ id, reason }) => `${id} is not measured: ${reason}`),
  ];
}
