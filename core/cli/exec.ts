/** `hvbench exec -- COMMAND`: any command, native and in each Linux guest. */
import prettyMs from 'pretty-ms';
import { execFormats, renderExec } from '../../reports/exec/index.ts';
import { suites } from '../../suites/index.ts';
import { pick } from '../config/plan.ts';
import { UserError } from '../errors.ts';
import { absentEnvironment, environmentOf } from '../exec/assemble.ts';
import { COMMAND_ISA, commandLack } from '../exec/lack.ts';
import type { ExecMachine, ExecPlan } from '../exec/plan.ts';
import { type Environment, EXEC_SCHEMA, type ExecResult } from '../exec/schema.ts';
import { type ExecEvent, runSession } from '../exec/session.ts';
import { buildImages } from '../guest/build.ts';
import { COMMAND_CAPABILITIES } from '../guest/capabilities.ts';
import { findKernels } from '../guest/kernels.ts';
import type { Commands } from '../guest/steps.ts';
import { pickCpus, stayOff } from '../host/affinity.ts';
import { parseLimits } from '../host/command-limits.ts';
import { noiseBetween, readNoise } from '../host/noise.ts';
import { probeHost } from '../host/probe.ts';
import { readText } from '../host/text.ts';
import { isSpecial } from '../hypervisors/host-root.ts';
import { type Availability, type Hypervisor, SHARED } from '../hypervisors/hypervisor.ts';
import { hypervisors } from '../hypervisors/registry.ts';
import { packageVersion } from '../package.ts';
import type { Host, HypervisorInfo } from '../results/schema.ts';
import { useColour } from './colour.ts';
import { write } from './compare.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { printable } from './printable.ts';
import { createSpinner, outputWidth } from './terminal.ts';

export interface ExecFlags {
  readonly hypervisor?: readonly string[];
  readonly setup?: string;
  readonly prepare?: string;
  readonly warmup: number;
  readonly runs?: number;
  /** Seconds. */
  readonly budget?: number;
  readonly timeout: number;
  /** MiB. */
  readonly memory: number;
  readonly share?: readonly string[];
  readonly keepCapabilities?: boolean;
  readonly ignoreFailure?: boolean;
  readonly metric?: string;
  readonly kernel?: readonly string[];
  readonly seed?: number;
  readonly exportJson?: string;
  readonly exportCsv?: string;
  readonly exportMarkdown?: string;
  readonly json?: boolean;
}

const BUDGET_SECONDS = 60;
/** Timers go no further than 2^31 ms. */
const MOST_TIMEOUT_SECONDS = 1_000_000;
/** Measured only where it is named: it is no hypervisor, and says what native says. */
const UNNAMED = 'container';

/** Throws UserError where the command cannot be measured at all. */
export async function exec(
  argv: readonly string[],
  flags: ExecFlags,
  signal: AbortSignal,
): Promise<ExitCode> {
  if (process.arch !== 'x64') throw new UserError('commands can be compared on x86-64 hosts only');
  if (flags.timeout > MOST_TIMEOUT_SECONDS)
    throw new UserError(`--timeout can be ${MOST_TIMEOUT_SECONDS} s at most`);
  if (argv.some((text) => text.includes('\ufffd')))
    throw new UserError(
      'the command has bytes that are no UTF-8, which cannot be handed on: use other names',
    );
  const folder = workingFolder();
  const chosen = choose(flags.hypervisor);
  const share = pick('thing to share', flags.share ?? [], SHARED, (name) => name);
  const metric = metricOf(flags);
  const startedAt = new Date().toISOString();
  const progress = createProgress();
  try {
    progress.phase('looking at this host');
    const host = await probeHost();
    const kernels = await findKernels(flags.kernel ?? []);
    const kernel = kernels[COMMAND_ISA];
    progress.phase('building what runs the command');
    const program = (await buildImages(suites, [COMMAND_ISA])).image(COMMAND_ISA, 'commands').path;
    const machines: ExecMachine[] = [];
    const absent: Environment[] = [];
    for (const hypervisor of chosen) {
      const availability = await hypervisor.probe(host, kernels);
      const lack = await commandLack(hypervisor, availability, program, kernel);
      const { commands: runner } = hypervisor;
      if (lack) {
        const error = [lack.reason, lack.remedy].filter(Boolean).join('; try: ');
        absent.push(absentEnvironment(infoOf(availability), error));
      } else if (runner) machines.push({ hypervisor, availability, runner, kernel });
    }
    if (machines[0]?.hypervisor.id !== 'native')
      throw new UserError(`the command cannot be run natively: ${absent[0]?.error}`);
    const cpus = await pickCpus();
    const plan: ExecPlan = {
      ...{ machines, program, metric, cpu: cpus.benchCpu },
      commands: await commandsOf(argv, folder, flags),
      seed: flags.seed ?? Math.floor(Math.random() * 2 ** 32),
      memoryMib: flags.memory,
      share,
      warmup: flags.warmup,
      runs: flags.runs ?? null,
      budgetSeconds: flags.budget ?? BUDGET_SECONDS,
      timeoutMs: Math.ceil(flags.timeout * 1000),
      ignoreFailure: flags.ignoreFailure ?? false,
    };
    progress.plan(plan, absent);
    const restore = await stayOff(cpus.toolCpus);
    const [before, began] = [await readNoise(cpus.benchCpu), performance.now()];
    const { found, reason } = await runSession({ plan, listen: progress.listen, signal }).finally(restore);
    const { stealFraction } = noiseBetween(before, await readNoise(cpus.benchCpu));
    progress.stop();
    const elapsedSeconds = (performance.now() - began) / 1000;
    const native = found.get('native');
    const measured = machines.flatMap(({ hypervisor: { id }, availability }) => {
      const own = found.get(id);
      return own && native ? [environmentOf(infoOf(availability), own, native, plan.seed)] : [];
    });
    const result = resultOf({ plan, flags, host, startedAt, argv }, [...measured, ...absent], {
      ...{ reason, elapsedSeconds, stealFraction },
    });
    publish(result, flags);
    if (reason === 'interrupted') return exitCodes.interrupted;
    return measured.some(({ status }) => status === 'failed') ? exitCodes.finding : exitCodes.done;
  } finally {
    progress.stop();
  }
}

/** Native is what everything is compared with: it is always there, and the first. */
function choose(names: readonly string[] | undefined): Hypervisor[] {
  const named = names && pick('hypervisor', names, hypervisors, ({ id }) => id);
  return hypervisors.filter(
    (hypervisor) =>
      hypervisor.id === 'native' ||
      (named ? named.includes(hypervisor) : hypervisor.commands && hypervisor.id !== UNNAMED),
  );
}

function infoOf({ onRequest, features, linux, ...info }: Availability): HypervisorInfo {
  return info;
}

/** Where the command runs. Throws UserError where that cannot be the same folder everywhere. */
function workingFolder(): string {
  let folder: string;
  try {
    folder = process.cwd();
  } catch {
    throw new UserError('the working directory is gone: change to another one');
  }
  if (isSpecial(folder))
    throw new UserError(
      `a command cannot run in ${folder}, which every machine has its own of: change to another one`,
    );
  return folder;
}

/** The same user, folder and environment everywhere; what is to be run by a shell comes as one text. */
async function commandsOf(
  argv: readonly string[],
  folder: string,
  { setup, prepare, keepCapabilities }: ExecFlags,
): Promise<Commands> {
  const shell = (text: string | undefined) => (text === undefined ? undefined : ['/bin/sh', '-c', text]);
  return {
    user: {
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      groups: process.getgroups?.() ?? [],
    },
    capabilities: keepCapabilities ? null : COMMAND_CAPABILITIES,
    mask: process.umask(),
    limits: parseLimits((await readText('/', 'proc/self/limits')) ?? ''),
    folder,
    environment: Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    argvs: { command: argv, setup: shell(setup), before: shell(prepare) },
  };
}

function metricOf({ metric }: ExecFlags): RegExp | null {
  if (metric === undefined) return null;
  try {
    const pattern = new RegExp(metric, 'gm');
    // A match of nothing tells how many groups there are.
    const groups = (new RegExp(`${metric}|`).exec('')?.length ?? 1) - 1;
    if (groups === 0) throw new Error('it has no group in parentheses, which is to match the figure');
    return pattern;
  } catch (error) {
    throw new UserError(`--metric is not usable: ${(error as Error).message}`);
  }
}

interface About {
  readonly plan: ExecPlan;
  readonly flags: ExecFlags;
  readonly host: Host;
  readonly startedAt: string;
  readonly argv: readonly string[];
}

function resultOf(
  { plan, flags, host, startedAt, argv }: About,
  environments: Environment[],
  stopped: ExecResult['stopped'],
): ExecResult {
  const { metric, commands, cpu, memoryMib, share, warmup, runs, budgetSeconds, timeoutMs, seed } = plan;
  return {
    schema: EXEC_SCHEMA,
    tool: { name: 'hvbench', version: packageVersion() },
    ...{ host, startedAt, seed },
    command: [...argv],
    setup: flags.setup ?? null,
    prepare: flags.prepare ?? null,
    metric: metric?.source ?? null,
    plan: {
      ...{ benchCpu: cpu, memoryMib, warmup, runs, share: [...share] },
      keepCapabilities: commands.capabilities === null,
      budgetSeconds: runs === null ? budgetSeconds : null,
      timeoutSeconds: timeoutMs / 1000,
      folder: commands.folder,
    },
    stopped,
    environments,
  };
}

/** What is measured is shown first, and a file that cannot be written costs no other. */
function publish(result: ExecResult, flags: ExecFlags): void {
  const width = outputWidth();
  process.stdout.write(
    flags.json ? `${JSON.stringify(result)}\n` : renderExec(result, { colour: useColour(), width }),
  );
  let failed: unknown;
  const files = { json: flags.exportJson, csv: flags.exportCsv, markdown: flags.exportMarkdown };
  for (const { name, render } of execFormats) {
    const path = files[name];
    if (path === undefined) continue;
    try {
      write(path, render(result), `--export-${name}`);
    } catch (error) {
      failed ??= error;
      continue;
    }
    if (!flags.json) process.stdout.write(`Written: ${printable(path)}\n`);
  }
  if (failed) throw failed;
}

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
    phase: (text: string) => void spinner.start(text),
    plan(plan: ExecPlan, absent: readonly Environment[]) {
      const ids = plan.machines.map(({ hypervisor }) => hypervisor.id).join(', ');
      const much =
        plan.runs === null
          ? `at most ${prettyMs(plan.budgetSeconds * 1000)} where runs are short enough`
          : `${plan.runs} runs each`;
      say(`Measuring on ${ids}, ${much}; seed ${plan.seed}`);
      for (const { id, error } of absent) say(`${id} is not measured: ${error}`);
    },
    listen(event: ExecEvent) {
      if (event.type === 'failure') say(`failed: ${event.id}: ${event.error}`);
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
